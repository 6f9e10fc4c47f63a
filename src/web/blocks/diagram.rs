//! Pictures drawn in HTML.

use serde::Serialize;

use super::{AppError, Markup, Press};
use crate::domain::course::block::{Diagram, DiagramItem, Drawing, Matrix};

#[derive(Serialize)]
struct ListView<'a> {
    id: &'a str,
    title: Option<&'a str>,
    alt: &'a str,
    shape: &'static str,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ItemView {
    label: Markup,
    text: Markup,
}

#[derive(Serialize)]
struct MatrixView<'a> {
    id: &'a str,
    title: Option<&'a str>,
    alt: &'a str,
    head: Vec<Markup>,
    rows: Vec<RowView>,
}

#[derive(Serialize)]
struct RowView {
    heading: Markup,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    /// `h1` cool to `h5` hot, or nothing.
    heat: String,
    text: Markup,
}

impl Press<'_> {
    pub(super) fn diagram(&self, diagram: &Diagram) -> Result<String, AppError> {
        match &diagram.drawing {
            Drawing::Cycle(items) => self.drawn_list(diagram, "cycle", items),
            Drawing::Timeline(items) => self.drawn_list(diagram, "timeline", items),
            Drawing::Chain(items) => self.drawn_list(diagram, "chain", items),
            Drawing::Pillars(items) => self.drawn_list(diagram, "pillars", items),
            Drawing::Layers(items) => self.drawn_list(diagram, "layers", items),
            Drawing::Matrix(matrix) => self.drawn_matrix(diagram, matrix),
        }
    }

    fn drawn_list(&self, diagram: &Diagram, shape: &'static str, items: &[DiagramItem]) -> Result<String, AppError> {
        let items = items.iter().map(|item| ItemView { label: (&item.label).into(), text: (&item.text).into() });
        self.print(
            "blocks/_diagram",
            &ListView {
                id: diagram.id.as_str(),
                title: diagram.title.as_deref(),
                alt: &diagram.alt,
                shape,
                items: items.collect(),
            },
        )
    }

    fn drawn_matrix(&self, diagram: &Diagram, matrix: &Matrix) -> Result<String, AppError> {
        let rows = matrix.rows.iter().map(|row| {
            let mut cells = row.iter();
            RowView {
                heading: cells.next().map(|cell| (&cell.text).into()).unwrap_or_default(),
                cells: cells
                    .map(|cell| CellView {
                        heat: cell.heat.map(|heat| format!("h{heat}")).unwrap_or_default(),
                        text: (&cell.text).into(),
                    })
                    .collect(),
            }
        });
        self.print(
            "blocks/_matrix",
            &MatrixView {
                id: diagram.id.as_str(),
                title: diagram.title.as_deref(),
                alt: &diagram.alt,
                head: matrix.head.iter().map(Markup::from).collect(),
                rows: rows.collect(),
            },
        )
    }
}
