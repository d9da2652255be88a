//! Runs an operator on the pieces of a source, on several threads, and puts out the rows in the order of the source.
//!
//! One thread reads and hands out pieces and takes back what became of them, in order; the others run the operator and those under it.
//! Few pieces are under way at a time, so that memory stays bounded.

use super::Refusal;
use super::context::{Context, Seed};
use super::lines::Lines;
use super::node::{Flow, Node, Sink};
use crate::ir::Value;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// Pieces under way for each thread.
const AHEAD: usize = 2;

/// Stack of a thread: expressions recurse, within their depth limit, in debug builds too.
const STACK_BYTES: usize = 32 << 20;

/// What became of a piece.
struct Done {
    values: Vec<Value>,
    width: usize,
    /// Rows that came out.
    rows: usize,
    /// Rows that all operators made.
    made: u64,
    /// Lines that were read.
    lines: u64,
    result: Result<(), Refusal>,
}

/// The bytes of a piece, and how many lines the source has before it.
type Piece = (Vec<u8>, u64);

/// A piece, and where to send what becomes of it.
type Job = (Piece, Sender<Done>);

/// Pushes the rows of `node`, which reads `lines`, into `out`.
pub(super) fn run(node: &Node, lines: &Lines, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    if context.threads < 2 {
        return run_here(node, lines, context, out);
    }
    let seed = &context.seed();
    let (jobs, queue) = channel::<Job>();
    let queue = &Mutex::new(queue);
    // The threads end when `jobs` is gone, which the scope takes with it however it ends.
    std::thread::scope(move |scope| {
        for _ in 0..context.threads {
            let worker = Builder::new().stack_size(STACK_BYTES);
            worker
                .spawn_scoped(scope, move || work(node, seed, queue))
                .map_err(|error| Refusal::new("no-threads", node.span, format!("a thread that reads could not be started: {error}")))?;
        }
        deal(node, lines, &jobs, context, out)
    })
}

/// Hands out pieces and pushes the rows of each, in order.
fn deal(node: &Node, lines: &Lines, jobs: &Sender<Job>, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut pieces = lines.pieces.open()?.fuse();
    let mut under_way: VecDeque<Receiver<Done>> = VecDeque::new();
    let (mut line, mut dealt) = (0, 0);
    loop {
        while under_way.len() < AHEAD * context.threads {
            let Some(piece) = pieces.next() else { break };
            let (piece, (done, receiver)) = (piece?, channel());
            let before = dealt;
            dealt += super::lines::lines(&piece).count() as u64;
            // A worker ends only after the last job, and each job is answered.
            let _ = jobs.send(((piece, before), done));
            under_way.push_back(receiver);
        }
        let Some(Ok(done)) = under_way.pop_front().map(|receiver| receiver.recv()) else { return Ok(()) };
        if push(&done, out)? == Flow::Enough {
            return Ok(());
        }
        done.result.map_err(|refusal| placed(refusal, lines, line + done.lines))?;
        context.add_rows(done.made, node.span)?;
        line += done.lines;
    }
}

/// Pushes the rows of a piece.
fn push(done: &Done, out: &mut Sink<'_>) -> Result<Flow, Refusal> {
    for row in 0..done.rows {
        let start = row * done.width;
        if out(done.values.get(start..start + done.width).unwrap_or_default())? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

/// Runs the operator on pieces until there are no more.
fn work(node: &Node, seed: &Seed, queue: &Mutex<Receiver<Job>>) {
    let context = seed.context();
    loop {
        // The lock guards nothing that a panic could leave half done.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(((piece, before), sender)) = job else { return };
        context.begin_piece(piece, before);
        let (mut values, mut rows) = (Vec::new(), 0);
        let result = node.push_here(&context, &mut |row| {
            values.extend_from_slice(row);
            rows += 1;
            Ok(Flow::More)
        });
        let result = result.and_then(|()| context.check());
        let done = Done { values, width: node.columns.len(), rows, made: context.take_rows(), lines: context.lines(), result };
        // Nobody waits for it where the receiver has enough.
        let _ = sender.send(done);
    }
}

/// Runs the operator piece by piece on this thread.
fn run_here(node: &Node, lines: &Lines, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
    let inner = context.seed().context();
    let mut line = 0;
    for piece in lines.pieces.open()? {
        inner.begin_piece(piece?, line);
        let mut stopped = false;
        let result = node.push_here(&inner, &mut |row| {
            let flow = out(row)?;
            stopped = flow == Flow::Enough;
            Ok(flow)
        });
        line += inner.lines();
        result.and_then(|()| inner.check()).map_err(|refusal| placed(refusal, lines, line))?;
        if stopped {
            break;
        }
        context.add_rows(inner.take_rows(), node.span)?;
    }
    Ok(())
}

/// Says where in the source a line is broken; the operator only knows its piece.
fn placed(refusal: Refusal, lines: &Lines, line: u64) -> Refusal {
    if refusal.code == "broken-data" { lines.broken(line, &refusal.message) } else { refusal }
}
