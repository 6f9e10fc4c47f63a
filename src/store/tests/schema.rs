use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::store::Store;
use crate::store::data_map::{Class, DATA_MAP, Form};

super::suite! {
    every_column_has_a_class,
    personal_columns_are_sealed_hashed_or_pseudonyms,
}

/// Tables and their columns with their types as the database tells them.
async fn real(store: &Store) -> BTreeMap<String, BTreeMap<String, String>> {
    let db = store.reader();
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT tables.name AS t, columns.name AS c, columns.type AS k FROM sqlite_schema AS tables, \
             pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap() {
        let (table, column, kind): (String, String, String) =
            (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap(), row.try_get("", "k").unwrap());
        tables.entry(table).or_default().insert(column, kind.to_lowercase());
    }
    tables
}

async fn every_column_has_a_class(store: &Store) {
    let real: BTreeSet<(String, String)> = real(store)
        .await
        .into_iter()
        .flat_map(|(table, columns)| columns.into_keys().map(move |column| (table.clone(), column)))
        .collect();
    let mapped: Vec<(String, String)> = DATA_MAP
        .iter()
        .flat_map(|table| table.columns.iter().map(|(column, ..)| (table.name.to_owned(), (*column).to_owned())))
        .collect();
    let as_set: BTreeSet<_> = mapped.iter().cloned().collect();
    assert_eq!(as_set.len(), mapped.len(), "a column is mapped twice");
    let missing: Vec<_> = real.difference(&as_set).collect();
    assert!(missing.is_empty(), "these columns need a line in DATA_MAP: {missing:?}");
    let stale: Vec<_> = as_set.difference(&real).collect();
    assert!(stale.is_empty(), "these columns are not in the database: {stale:?}");
}

async fn personal_columns_are_sealed_hashed_or_pseudonyms(store: &Store) {
    let real = real(store).await;
    for table in DATA_MAP {
        assert!(!table.why.is_empty() && !table.readers.is_empty() && !table.kept.is_empty(), "{}", table.name);
        for (column, class, form) in table.columns {
            let kind = &real[table.name][*column];
            let is_bytes = kind == "blob" || kind == "bytea";
            let is_id = kind == "blob" || kind == "uuid";
            let fits = match form {
                Form::Sealed | Form::Hash => is_bytes,
                Form::Pseudonym => is_id && *class < Class::Sensitive,
                Form::Plain => *class < Class::Personal,
            };
            assert!(fits, "{}.{column} is {class:?} and {form:?} but a {kind}", table.name);
        }
    }
}
