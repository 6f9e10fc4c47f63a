//! A table with its margins as a flow: people run from their role through the column of their need
//! to their organisation and cohort. Whatever numbers fit what was released are another flow in the same
//! network, so the range of a hidden figure is found by pushing flow around circles.

/// An arc, which is one figure: so many people, and the bounds an onlooker knows.
#[derive(Clone, Copy, Debug)]
pub struct Arc {
    pub from: usize,
    pub to: usize,
    pub flow: i64,
    pub low: i64,
    pub high: i64,
    /// The organisation (by place) whose own matter it is.
    pub owner: Option<usize>,
}

/// The flow as it really is.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub arcs: Vec<Arc>,
    /// For each node the arcs that touch it.
    touching: Vec<Vec<usize>>,
}

/// What came of changing one arc.
#[derive(Debug)]
pub struct Pushed {
    /// Whether the whole amount could be moved.
    pub is_whole: bool,
    /// The flow of each arc afterwards.
    pub flows: Vec<i64>,
    /// Where it was not: arcs whose bounds stop it.
    pub stops: Vec<usize>,
}

impl Network {
    pub fn node(&mut self) -> usize {
        self.touching.push(Vec::new());
        self.touching.len() - 1
    }

    /// Adds an arc and returns its place.
    pub fn arc(&mut self, arc: Arc) -> usize {
        let place = self.arcs.len();
        self.touching[arc.from].push(place);
        self.touching[arc.to].push(place);
        self.arcs.push(arc);
        place
    }

    /// Tries to change the flow of `arc` by `amount` (below 0: less) within the bounds of the others.
    /// The arcs that `is_fixed` names keep their flow. The arc's own bounds do not count.
    pub fn push(&self, arc: usize, amount: i64, is_fixed: impl Fn(usize) -> bool) -> Pushed {
        let mut flows: Vec<i64> = self.arcs.iter().map(|arc| arc.flow).collect();
        // More on the arc must come back to where it starts; less must find another way.
        let (start, end) = if amount > 0 {
            (self.arcs[arc].to, self.arcs[arc].from)
        } else {
            (self.arcs[arc].from, self.arcs[arc].to)
        };
        let mut left = amount.abs();
        while left > 0 {
            let room = |place: usize, forward: bool| self.room(&flows, place, forward, arc, &is_fixed);
            match self.way(start, end, room) {
                Ok(way) => {
                    let least = way.iter().map(|(place, forward)| room(*place, *forward)).min().unwrap_or(0);
                    let moved = least.min(left);
                    for (place, forward) in way {
                        flows[place] += if forward { moved } else { -moved };
                    }
                    left -= moved;
                }
                Err(reached) => {
                    let stops = self.stops(&reached, arc, &is_fixed);
                    return Pushed { is_whole: false, flows, stops };
                }
            }
        }
        flows[arc] += amount;
        Pushed { is_whole: true, flows, stops: Vec::new() }
    }

    fn room(&self, flows: &[i64], place: usize, forward: bool, arc: usize, is_fixed: &impl Fn(usize) -> bool) -> i64 {
        if place == arc || is_fixed(place) {
            0
        } else if forward {
            self.arcs[place].high - flows[place]
        } else {
            flows[place] - self.arcs[place].low
        }
    }

    /// A shortest way with room; otherwise the nodes that could be reached.
    fn way(
        &self,
        start: usize,
        end: usize,
        room: impl Fn(usize, bool) -> i64,
    ) -> Result<Vec<(usize, bool)>, Vec<bool>> {
        let mut came: Vec<Option<(usize, bool)>> = vec![None; self.touching.len()];
        let mut reached = vec![false; self.touching.len()];
        reached[start] = true;
        let mut next = std::collections::VecDeque::from([start]);
        while let Some(node) = next.pop_front() {
            for place in &self.touching[node] {
                let forward = self.arcs[*place].from == node;
                let to = if forward { self.arcs[*place].to } else { self.arcs[*place].from };
                if !reached[to] && room(*place, forward) > 0 {
                    reached[to] = true;
                    came[to] = Some((*place, forward));
                    next.push_back(to);
                }
            }
        }
        if !reached[end] {
            return Err(reached);
        }
        let mut way = Vec::new();
        let mut node = end;
        while let Some((place, forward)) = came[node] {
            way.push((place, forward));
            node = if forward { self.arcs[place].from } else { self.arcs[place].to };
            if node == start {
                break;
            }
        }
        Ok(way)
    }

    /// The arcs between what could be reached and what could not.
    fn stops(&self, reached: &[bool], arc: usize, is_fixed: &impl Fn(usize) -> bool) -> Vec<usize> {
        let crosses = |place: &usize| reached[self.arcs[*place].from] != reached[self.arcs[*place].to];
        (0..self.arcs.len()).filter(|place| *place != arc && crosses(place) && !is_fixed(*place)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows, two columns: rows 10 and 10, all cells 5, free but one.
    fn square(bound: (i64, i64)) -> (Network, Vec<usize>) {
        let mut network = Network::default();
        let nodes: Vec<usize> = (0..4).map(|_| network.node()).collect();
        let mut cells = Vec::new();
        for row in 0..2 {
            for column in 2..4 {
                let (low, high) = if cells.len() == 3 { bound } else { (0, 10) };
                let arc = Arc { from: nodes[row], to: nodes[column], flow: 5, low, high, owner: Some(row) };
                cells.push(network.arc(arc));
            }
        }
        (network, cells)
    }

    #[test]
    fn a_free_cell_can_be_nothing_or_all() {
        let (network, cells) = square((0, 10));
        let less = network.push(cells[0], -5, |_| false);
        assert!(less.is_whole);
        assert_eq!(less.flows, [0, 10, 10, 0]);
        assert!(network.push(cells[0], 5, |_| false).is_whole);
        assert!(!network.push(cells[0], 6, |_| false).is_whole);
    }

    #[test]
    fn what_stops_a_push_is_named() {
        let (network, cells) = square((4, 6));
        let less = network.push(cells[0], -5, |_| false);
        assert!(!less.is_whole);
        assert!(less.stops.contains(&cells[3]), "{less:?}");
    }

    #[test]
    fn what_is_fixed_does_not_move() {
        let (network, cells) = square((0, 10));
        assert!(!network.push(cells[0], -1, |place| place == cells[2]).is_whole);
    }
}
