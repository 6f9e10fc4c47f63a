//! `{{t "key" name=value}}`: words with gaps, and `(t "key")` as an argument of a partial.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    ScopedJson,
};
use serde_json::Value;

use crate::locale::{Argument, Language};

pub struct Translate(pub Language);

impl Translate {
    fn text(&self, helper: &Helper<'_>) -> Result<String, RenderError> {
        let key = helper
            .param(0)
            .and_then(|param| param.value().as_str())
            .ok_or(RenderErrorReason::ParamNotFoundForIndex("t", 0))?;
        let words = self.0.words();
        if !words.has(key) {
            return Err(RenderErrorReason::Other(format!("no words for {key:?}")).into());
        }
        let arguments: Vec<_> = helper
            .hash()
            .iter()
            .map(|(name, value)| {
                let argument = match value.value() {
                    Value::Number(number) => Argument::Number(number.as_i64().unwrap_or_default()),
                    other => Argument::Text(other.as_str().unwrap_or_default()),
                };
                (*name, argument)
            })
            .collect();
        Ok(words.fill(key, &arguments))
    }
}

impl HelperDef for Translate {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::String(self.text(helper)?)))
    }

    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let escape = registry.get_escape_fn();
        out.write(&escape(&self.text(helper)?))?;
        Ok(())
    }
}
