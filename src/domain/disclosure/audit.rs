//! Whether each hidden figure could be 0, and could be 5: seen by an onlooker who knows every released
//! figure and the exact size of each group, and again by one who knows all about one organisation.
//!
//! Knowing the sizes exactly makes each competency a matter of its own, so what holds for one table
//! holds for all of them together; and as quarters hold different assessments, over time as well.

use super::layout::{Block, Cells, Layout, total};
use super::network::{Arc, Network};
use super::noise::REACH;
use super::{COLUMNS, RowKey, WIDTH};

/// A figure of a table while it is decided whether to show it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub cell: Cell,
    pub rule: Rule,
    arc: usize,
    /// How much of it each organisation (by place) holds, where it is of everyone or of a role.
    shares: Vec<u32>,
}

/// Which figure it is.
#[derive(Clone, Debug)]
pub struct Cell {
    /// `None`: of a row that is never shown.
    pub row: Option<RowKey>,
    pub column: usize,
    pub count: u32,
    /// All people of the row are in one column, so that every figure tells it of each of them.
    pub is_uniform: bool,
    /// The organisation (by place) it belongs to; `None` for everyone and for roles.
    pub owner: Option<usize>,
    /// What remains when an organisation takes its own people out.
    pub is_remainder: bool,
}

/// How a figure is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub is_hidden: bool,
    /// What it is, or would be, released as.
    pub about: u32,
    /// A count under this is a secret.
    pub threshold: u32,
    /// What an onlooker knows a shown count to be at least.
    pub at_least: u32,
    pub may_be_hidden: bool,
    pub is_audited: bool,
}

/// A table under audit.
pub struct Audit {
    network: Network,
    pub entries: Vec<Entry>,
    /// The entry of an arc.
    of_arc: Vec<Option<usize>>,
}

/// From where to where a figure's people flow.
type Ends = (usize, usize);

impl Audit {
    /// Lays a table out as a network; `rule` says how each figure is treated to begin with.
    pub fn new(layout: &Layout, rule: impl Fn(&Cell) -> Rule) -> Self {
        let mut audit = Self { network: Network::default(), entries: Vec::new(), of_arc: Vec::new() };
        let into: [usize; COLUMNS] = std::array::from_fn(|_| audit.network.node());
        let out: [usize; COLUMNS] = std::array::from_fn(|_| audit.network.node());
        for column in 0..COLUMNS {
            let shares = layout.blocks.iter().map(|block| block.cells[column]).collect();
            let cell = cell(Some(RowKey::Everyone), column, &layout.everyone, None);
            audit.figure(cell, (into[column], out[column]), shares, &rule);
        }
        audit.roles(layout, &into, &rule);
        let is_divided = layout.blocks.len() > 1;
        for (place, block) in layout.blocks.iter().enumerate() {
            let is_figure = is_divided || block.key.is_some();
            audit.block(block, is_figure.then_some(place), &out, &rule);
        }
        audit
    }

    fn roles(&mut self, layout: &Layout, into: &[usize], rule: &impl Fn(&Cell) -> Rule) {
        if layout.roles.is_empty() {
            let source = self.network.node();
            for column in 0..COLUMNS {
                self.free((source, into[column]), layout.everyone[column], None);
            }
        }
        for (at, role) in layout.roles.iter().enumerate() {
            let source = self.network.node();
            for column in 0..COLUMNS {
                let shares = layout.blocks.iter().map(|block| block.by_role[at][column]).collect();
                let cell = cell(role.key.clone(), column, &role.cells, None);
                self.figure(cell, (source, into[column]), shares, rule);
            }
        }
    }

    /// An organisation with its cohorts; without a place the people of all organisations, which are
    /// everyone.
    fn block(&mut self, block: &Block, place: Option<usize>, out: &[usize], rule: &impl Fn(&Cell) -> Rule) {
        let sink = self.network.node();
        let mut nodes = Vec::new();
        for column in 0..COLUMNS {
            let to = if block.children.is_empty() { sink } else { self.network.node() };
            nodes.push(to);
            if place.is_some() {
                let is_remainder = block.is_remainder;
                let cell = Cell { is_remainder, ..cell(block.key.clone(), column, &block.cells, place) };
                self.figure(cell, (out[column], to), Vec::new(), rule);
            } else {
                self.free((out[column], to), block.cells[column], None);
            }
        }
        for child in &block.children {
            let sink = self.network.node();
            for column in 0..COLUMNS {
                let cell = cell(child.key.clone(), column, &child.cells, place);
                self.figure(cell, (nodes[column], sink), Vec::new(), rule);
            }
        }
    }

    fn figure(&mut self, cell: Cell, ends: Ends, shares: Vec<u32>, rule: &impl Fn(&Cell) -> Rule) {
        let rule = rule(&cell);
        let arc = self.free(ends, cell.count, cell.owner);
        self.of_arc[arc] = Some(self.entries.len());
        if !rule.is_hidden {
            let arc = &mut self.network.arcs[arc];
            arc.low = i64::from(rule.about.saturating_sub(REACH).max(rule.at_least));
            arc.high = i64::from(rule.about + REACH);
        }
        self.entries.push(Entry { cell, rule, arc, shares });
    }

    /// An arc of which nothing is known.
    fn free(&mut self, (from, to): Ends, count: u32, owner: Option<usize>) -> usize {
        self.of_arc.push(None);
        self.network.arc(Arc { from, to, flow: i64::from(count), low: 0, high: UNBOUNDED, owner })
    }

    /// Hides a figure: an onlooker knows nothing of it any more.
    pub fn hide(&mut self, entry: usize) {
        let entry = &mut self.entries[entry];
        entry.rule.is_hidden = true;
        let arc = &mut self.network.arcs[entry.arc];
        (arc.low, arc.high) = (0, UNBOUNDED);
    }

    /// Whether this audit shows the figure of the same row and column.
    pub fn is_shown(&self, cell: &Cell) -> bool {
        let is_it = |entry: &&Entry| entry.cell.row.is_some() && entry.cell.row == cell.row;
        let mut same = self.entries.iter().filter(is_it).filter(|entry| entry.cell.column == cell.column);
        same.any(|entry| !entry.rule.is_hidden)
    }

    /// Whether a hidden figure is safe; otherwise the shown figures that give it away and may be hidden.
    pub fn exposed_by(&self, entry: usize, reader: Reader) -> Result<(), Vec<usize>> {
        let entry = &self.entries[entry];
        let knowing = self.look(entry, None)?;
        // Of everyone and of roles, members of an organisation know a part of their own.
        let (Some(owner), Reader::Anybody) = (entry.cell.owner, reader) else { return Ok(()) };
        for insider in knowing.into_iter().filter(|insider| *insider != owner) {
            self.look(entry, Some(insider))?;
        }
        Ok(())
    }

    /// Looks at a hidden figure as somebody outside, or as a member of another organisation. Returns
    /// the organisations whose members would know that the worlds found are not the real one.
    fn look(&self, entry: &Entry, insider: Option<usize>) -> Result<Vec<usize>, Vec<usize>> {
        let known = insider.map(|insider| self.known_to(insider));
        let network = known.as_ref().unwrap_or(&self.network);
        let is_fixed = |arc: usize| insider.is_some() && network.arcs[arc].owner == insider;
        let count = entry.cell.count;
        let (less, more) = if count < entry.rule.threshold { (count, WIDTH.saturating_sub(count)) } else { (WIDTH, 0) };
        let mut knowing = Vec::new();
        for amount in [-i64::from(less), i64::from(more)] {
            let pushed = network.push(entry.arc, amount, is_fixed);
            if !pushed.is_whole {
                let shown = pushed.stops.iter().filter_map(|arc| self.of_arc[*arc]);
                let may_be_hidden = |rule: Rule| !rule.is_hidden && rule.may_be_hidden;
                return Err(shown.filter(|at| may_be_hidden(self.entries[*at].rule)).collect());
            }
            self.add_knowing(&pushed.flows, &mut knowing);
        }
        Ok(knowing)
    }

    /// The network as a member of an organisation knows it: of a role they know their own people.
    fn known_to(&self, insider: usize) -> Network {
        let mut network = self.network.clone();
        for entry in &self.entries {
            let own = entry.shares.get(insider).copied().unwrap_or(0);
            let arc = &mut network.arcs[entry.arc];
            arc.low = arc.low.max(i64::from(own));
        }
        network
    }

    /// Organisations that see something of their own differ from what it is.
    fn add_knowing(&self, flows: &[i64], knowing: &mut Vec<usize>) {
        for (arc, flow) in self.network.arcs.iter().zip(flows) {
            knowing.extend(arc.owner.filter(|_| arc.flow != *flow));
        }
        for entry in &self.entries {
            let own = entry.shares.iter().enumerate().filter(|(_, own)| i64::from(**own) > flows[entry.arc]);
            knowing.extend(own.map(|(insider, _)| insider));
        }
        knowing.sort_unstable();
        knowing.dedup();
    }
}

/// Who reads a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Members of every organisation are among the readers.
    Anybody,
    /// The managers of one organisation, whose knowledge the table already holds.
    Managers,
}

/// More people than there are.
const UNBOUNDED: i64 = i64::MAX / 4;

fn cell(row: Option<RowKey>, column: usize, cells: &Cells, owner: Option<usize>) -> Cell {
    let is_uniform = cells.iter().any(|count| *count == total(cells));
    Cell { row, column, count: cells[column], is_uniform, owner, is_remainder: false }
}
