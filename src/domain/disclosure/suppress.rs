//! Hiding further figures until none that is hidden can be worked out.

use super::audit::{Audit, Reader};

/// Hides what gives hidden figures away. `None`: nothing of the table can be shown.
///
/// Hiding only ever widens what an onlooker must think possible, so a figure found safe stays safe,
/// and with everything hidden all are: the search ends.
pub fn suppress(audit: &mut Audit, reader: Reader) -> Option<()> {
    let rules = audit.entries.iter().map(|entry| entry.rule).enumerate();
    let mut open: Vec<usize> =
        rules.filter(|(_, rule)| rule.is_hidden && rule.is_audited).map(|(entry, _)| entry).collect();
    while let Some(entry) = open.pop() {
        while let Err(culprits) = audit.exposed_by(entry, reader) {
            // Smaller figures first, and those of single groups before margins: they cost least.
            let cost = |culprit: &usize| {
                let cell = &audit.entries[*culprit].cell;
                (cell.owner.is_none(), cell.count)
            };
            let culprit = culprits.into_iter().min_by_key(cost)?;
            audit.hide(culprit);
            open.push(culprit);
        }
    }
    Some(())
}
