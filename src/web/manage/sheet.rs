//! The needs map as a file: exactly the figures that were released, group by group.

use rocket::http::ContentType;
use rocket::{Route, get, routes};

use super::Manager;
use super::figures;
use super::needs::Names;
use crate::domain::disclosure::{Figure, Row};
use crate::exchange::spreadsheet::{self, Cell, Table};
use crate::store::releases::{self, Kept};
use crate::web::error::AppError;
use crate::web::reply::{Download, Reply};
use crate::web::visitor::ProgrammeManager;

/// Where one is sent who asks for a file that there is not: the page says why.
const PAGE: &str = "/manage/needs";

#[get("/manage/needs.csv?<period>&<scope>")]
async fn csv(manager: ProgrammeManager<'_>, period: Option<&str>, scope: Option<&str>) -> Result<Reply, AppError> {
    let Some((name, table)) = table(&manager, period, scope).await? else { return Ok(Reply::see_other(PAGE)) };
    Ok(Reply::Download(Download {
        content_type: ContentType::CSV,
        file_name: format!("{name}.csv"),
        body: spreadsheet::csv(&table),
    }))
}

#[get("/manage/needs.xlsx?<period>&<scope>")]
async fn xlsx(manager: ProgrammeManager<'_>, period: Option<&str>, scope: Option<&str>) -> Result<Reply, AppError> {
    let Some((name, table)) = table(&manager, period, scope).await? else { return Ok(Reply::see_other(PAGE)) };
    Ok(Reply::Download(Download {
        content_type: ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        file_name: format!("{name}.xlsx"),
        body: spreadsheet::xlsx(&table),
    }))
}

/// The name of the file and what is in it; `None` where nothing was released.
async fn table(
    manager: &ProgrammeManager<'_>,
    period: Option<&str>,
    scope: Option<&str>,
) -> Result<Option<(String, Table)>, AppError> {
    let manager = Manager::load(manager).await?;
    let words = manager.words();
    let period = figures::chosen_quarter(&manager, period);
    let scope = figures::chosen_scope(&manager, scope);
    let kept = releases::needs_map(&manager.visitor.house.store, period, &scope).await?;
    let Kept::Released(release) = kept else { return Ok(None) };
    let names = Names::of(&manager);
    let labels = names.labels(&manager).await?;
    let heads = ["manage.quarter", "manage.code", "manage.competency", "manage.group", "manage.people"];
    let needs = ["manage.need_0", "manage.need_1", "manage.need_2", "manage.need_3"];
    let mut rows = Vec::new();
    for table in release.tables() {
        let competency = table.competency();
        for row in table.rows() {
            let mut cells: Vec<Cell> = vec![
                period.to_string().as_str().into(),
                competency.as_str().into(),
                names.competency(competency).as_str().into(),
                labels.row(row.group()).as_str().into(),
            ];
            cells.extend(figures_of(row, &words.get("manage.hidden")));
            rows.push(cells);
        }
    }
    let header = heads.into_iter().chain(needs).map(|key| words.get(key)).collect();
    Ok(Some((format!("needs-{period}-{}", figures::scope_value(&scope)), Table { header, rows })))
}

fn figures_of(row: &Row, hidden: &str) -> Vec<Cell> {
    let cell = |figure: &Figure| figure.about().map_or_else(|| hidden.into(), |about| Cell::Number(about.into()));
    std::iter::once(Cell::Number(row.people().into())).chain(row.figures().iter().map(cell)).collect()
}

pub fn routes() -> Vec<Route> {
    routes![csv, xlsx]
}
