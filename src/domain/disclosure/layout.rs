//! Which groups a table can show: those that are large enough. The others are counted together with
//! one that is, in a row that is never shown, so that no total gives them away.

use std::collections::BTreeMap;

use super::{COLUMNS, Group, RowKey};

/// Counts by column.
pub type Cells = [u32; COLUMNS];

/// People of one competency: by organisation, cohort and role.
pub type People = BTreeMap<Place, Cells>;

/// Where a person stands in the network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub organisation: Group,
    pub cohort: Option<Group>,
    pub role: Group,
}

/// All groups of a table. Organisations hold cohorts; roles divide the same people once more.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub everyone: Cells,
    pub blocks: Vec<Block>,
    /// The first partition again, empty where it cannot be shown.
    pub roles: Vec<Block>,
}

/// A group, or the people of all groups too small to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// `None`: the small ones together, never shown.
    pub key: Option<RowKey>,
    pub cells: Cells,
    /// What an organisation's managers know remains of a part once their own people are taken out.
    pub is_remainder: bool,
    /// Cohorts; empty where they cannot be shown.
    pub children: Vec<Block>,
    /// The cells divided by the layout's roles, in their order.
    pub by_role: Vec<Cells>,
}

/// By organisation with their cohorts, and by role.
pub fn outside(people: &People, threshold: u32) -> Layout {
    let roles = roles(people, threshold);
    let mut blocks = Vec::new();
    for (groups, part) in partition(people, |place| Some(place.organisation.clone()), threshold) {
        let organisation = single(&groups);
        let mut block = block(organisation.clone().map(RowKey::Organisation), &part, &roles);
        if let Some(organisation) = organisation {
            block.children = cohorts(&part, &organisation, &roles, threshold);
        }
        blocks.push(block);
    }
    layout(people, blocks, &roles)
}

/// The same, with one organisation standing by itself and its cohorts divided by a lower threshold:
/// what its managers see, together with what everybody sees.
pub fn inside(people: &People, organisation: &Group, thresholds: (u32, u32)) -> Layout {
    let (outer, inner) = thresholds;
    let roles = roles(people, outer);
    let mut blocks = Vec::new();
    let mut parts = partition(people, |place| Some(place.organisation.clone()), outer);
    if parts.is_empty() {
        parts.push((Vec::new(), people.clone()));
    }
    for (groups, part) in parts {
        let (own, rest): (People, People) =
            part.into_iter().partition(|(place, _)| place.organisation == *organisation);
        if !own.is_empty() {
            let mut block = block(Some(RowKey::Organisation(organisation.clone())), &own, &roles);
            block.children = cohorts(&own, organisation, &roles, inner);
            blocks.push(block);
        }
        if !rest.is_empty() {
            let mut block = block(single(&groups).map(RowKey::Organisation), &rest, &roles);
            // Those who were counted together with the organisation.
            block.is_remainder = !own.is_empty();
            block.children = single(&groups).map_or(Vec::new(), |name| cohorts(&rest, &name, &roles, outer));
            blocks.push(block);
        }
    }
    layout(people, blocks, &roles)
}

/// The role blocks as groups of roles, to divide others by.
type Roles = Vec<Vec<Option<Group>>>;

fn roles(people: &People, threshold: u32) -> Roles {
    partition(people, |place| Some(place.role.clone()), threshold).into_iter().map(|(groups, _)| groups).collect()
}

fn layout(people: &People, blocks: Vec<Block>, roles: &Roles) -> Layout {
    let of_role = |groups: &Vec<Option<Group>>| Block {
        key: single(groups).map(RowKey::Role),
        cells: of_roles(people, groups),
        is_remainder: false,
        children: Vec::new(),
        by_role: Vec::new(),
    };
    let blocks = if blocks.is_empty() { vec![block(None, people, roles)] } else { blocks };
    Layout { everyone: sum(people.values()), blocks, roles: roles.iter().map(of_role).collect() }
}

fn cohorts(people: &People, organisation: &Group, roles: &Roles, threshold: u32) -> Vec<Block> {
    let named = |cohort| RowKey::Cohort { organisation: organisation.clone(), cohort };
    let parts = partition(people, |place| place.cohort.clone(), threshold);
    parts.iter().map(|(groups, part)| block(single(groups).map(named), part, roles)).collect()
}

fn block(key: Option<RowKey>, people: &People, roles: &Roles) -> Block {
    let by_role = roles.iter().map(|groups| of_roles(people, groups)).collect();
    Block { key, cells: sum(people.values()), is_remainder: false, children: Vec::new(), by_role }
}

fn of_roles(people: &People, groups: &[Option<Group>]) -> Cells {
    let is_in = |place: &Place| groups.iter().flatten().any(|role| *role == place.role);
    sum(people.iter().filter(|(place, _)| is_in(place)).map(|(_, cells)| cells))
}

/// Divides people into groups that are large enough. Those that are not are counted together with
/// the smallest one that is: then none of them can be told from it. Empty where that leaves one part.
fn partition(
    people: &People,
    group_of: impl Fn(&Place) -> Option<Group>,
    threshold: u32,
) -> Vec<(Vec<Option<Group>>, People)> {
    let mut groups: BTreeMap<Option<Group>, People> = BTreeMap::new();
    for (place, cells) in people.iter().filter(|(_, cells)| total(cells) > 0) {
        groups.entry(group_of(place)).or_default().insert(place.clone(), *cells);
    }
    let size = |part: &People| part.values().map(total).sum::<u32>();
    let (small, mut large): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, part)| size(part) < threshold);
    let mut parts = Vec::new();
    if !small.is_empty() {
        large.sort_by_key(|(_, part)| std::cmp::Reverse(size(part)));
        let pooled: Vec<_> = small.into_iter().chain(large.pop()).collect();
        let names = pooled.iter().map(|(group, _)| group.clone()).collect();
        parts.push((names, pooled.into_iter().flat_map(|(_, part)| part).collect()));
    }
    parts.extend(large.into_iter().map(|(group, part)| (vec![group], part)));
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    if parts.len() < 2 { Vec::new() } else { parts }
}

/// The only group of a part, where it has a name.
fn single(groups: &[Option<Group>]) -> Option<Group> {
    match groups {
        [only] => only.clone(),
        _ => None,
    }
}

pub fn sum<'a>(cells: impl Iterator<Item = &'a Cells>) -> Cells {
    cells.fold([0; COLUMNS], |sum, cells| std::array::from_fn(|column| sum[column] + cells[column]))
}

pub fn total(cells: &Cells) -> u32 {
    cells.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(rows: &[(&str, Option<&str>, &str, u32)]) -> People {
        let group = |name: &str| Group(name.to_owned());
        let place = |organisation: &str, cohort: Option<&str>, role: &str| Place {
            organisation: group(organisation),
            cohort: cohort.map(group),
            role: group(role),
        };
        rows.iter()
            .map(|(organisation, cohort, role, count)| (place(organisation, *cohort, role), [*count, 0, 0, 0]))
            .collect()
    }

    fn shown(blocks: &[Block]) -> Vec<(bool, u32)> {
        blocks.iter().map(|block| (block.key.is_some(), total(&block.cells))).collect()
    }

    #[test]
    fn a_small_group_is_counted_with_the_smallest_large_one() {
        let rows = [("a", None, "x", 30), ("b", None, "x", 12), ("c", None, "y", 3), ("d", None, "y", 20)];
        let layout = outside(&people(&rows), 10);
        let mut found = shown(&layout.blocks);
        found.sort_unstable();
        assert_eq!(found, [(false, 15), (true, 20), (true, 30)]);
        assert_eq!(shown(&layout.roles), [(true, 42), (true, 23)]);
        assert_eq!(layout.blocks.iter().map(|block| total(&block.by_role[0])).sum::<u32>(), 42);
    }

    #[test]
    fn what_leaves_one_part_is_not_divided() {
        let layout = outside(&people(&[("a", None, "x", 30), ("b", None, "x", 3)]), 10);
        assert_eq!(shown(&layout.blocks), [(false, 33)]);
        assert!(layout.roles.is_empty());
    }

    #[test]
    fn cohorts_stand_within_their_organisation() {
        let rows = [("a", Some("1"), "x", 30), ("a", Some("2"), "x", 12), ("b", None, "x", 40)];
        let layout = outside(&people(&rows), 10);
        assert_eq!(layout.blocks[0].children.len(), 2);
        assert!(layout.blocks[1].children.is_empty());
        let inside = inside(&people(&rows), &Group("a".to_owned()), (10, 5));
        assert_eq!(shown(&inside.blocks), [(true, 42), (true, 40)]);
        assert_eq!(shown(&inside.blocks[0].children), [(true, 30), (true, 12)]);
    }

    #[test]
    fn a_pooled_organisation_stands_by_itself_inside() {
        let rows = [("a", None, "x", 30), ("b", None, "x", 12), ("c", None, "y", 7), ("d", None, "y", 20)];
        let layout = inside(&people(&rows), &Group("c".to_owned()), (10, 5));
        let found: Vec<(bool, bool, u32)> =
            layout.blocks.iter().map(|block| (block.key.is_some(), block.is_remainder, total(&block.cells))).collect();
        assert!(found.contains(&(true, false, 7)) && found.contains(&(false, true, 12)), "{found:?}");
        let alone = inside(&people(&rows[..1]), &Group("a".to_owned()), (10, 5));
        assert_eq!(shown(&alone.blocks), [(true, 30)]);
    }
}
