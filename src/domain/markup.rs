//! HTML that may stand in a page as it is.

use serde::{Deserialize, Serialize};

/// HTML that went through our allow-list. Only [`crate::domain::course::markdown`] makes it, from
/// authors' Markdown; templates print it through the `html` helper and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes HTML that the caller has just sanitised. Visible to the Markdown renderer only.
    pub(in crate::domain) fn trusted(html: String) -> Self {
        Self(html)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}
