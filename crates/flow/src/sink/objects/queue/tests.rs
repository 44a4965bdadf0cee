use std::sync::{Arc, Mutex};

use super::*;

/// A place that answers by a list, and then takes everything.
#[derive(Clone, Default)]
struct Moody {
    answers: Arc<Mutex<VecDeque<PutError>>>,
    taken: Arc<Mutex<Vec<String>>>,
    tries: Arc<Mutex<usize>>,
}

impl Moody {
    fn will_refuse(&self, times: usize, can_pass: bool) {
        let error = PutError {
            problem: "no".to_owned(),
            can_pass,
        };
        let mut answers = self.answers.lock().expect("no panic");
        answers.extend(std::iter::repeat_n(error, times));
    }

    fn taken(&self) -> String {
        self.taken.lock().expect("no panic").join(" ")
    }
}

impl Place for Moody {
    fn name(&self, key: &str) -> String {
        format!("moody/{key}")
    }

    fn put(&mut self, key: &str, _: &Bytes) -> Result<(), PutError> {
        *self.tries.lock().expect("no panic") += 1;
        if let Some(error) = self.answers.lock().expect("no panic").pop_front() {
            return Err(error);
        }
        self.taken.lock().expect("no panic").push(key.to_owned());
        Ok(())
    }
}

fn patience(memory: usize) -> Patience {
    Patience {
        pause: Duration::ZERO,
        give_up_after: Duration::from_secs(3_600),
        memory,
    }
}

fn object(key: &str) -> Object {
    Object {
        key: key.to_owned(),
        content: Bytes::from_static(&[0; 10]),
        records: 3,
    }
}

fn text(outcome: Result<(), SinkError>) -> String {
    outcome.map_or_else(|error| error.to_string(), |()| "ok".to_owned())
}

#[test]
fn what_is_refused_for_now_comes_later_and_in_order() {
    let place = Moody::default();
    let mut queue = Queue::new(Box::new(place.clone()), patience(100));
    place.will_refuse(4, true);
    for key in ["a", "b", "c"] {
        assert_eq!(text(queue.put(object(key))), "ok");
    }
    assert_eq!(place.taken(), "");
    assert_eq!(text(queue.finish()), "ok");
    assert_eq!(place.taken(), "a b c");
    assert_eq!(queue.bytes, 0);
}

#[test]
fn a_final_refusal_is_told_with_the_count() {
    let place = Moody::default();
    let mut queue = Queue::new(Box::new(place.clone()), patience(100));
    place.will_refuse(1, false);
    assert_eq!(
        text(queue.put(object("a"))),
        "moody/a: no; 3 records are lost"
    );
    assert_eq!(text(queue.put(object("b"))), "ok");
    place.will_refuse(2, true);
    place.will_refuse(2, false);
    assert_eq!(text(queue.put(object("c"))), "ok");
    assert_eq!(text(queue.put(object("d"))), "ok");
    assert_eq!(text(queue.finish()), "moody/d: no; 6 records are lost");
    assert_eq!(place.taken(), "b");
}

#[test]
fn memory_is_bounded() {
    let place = Moody::default();
    let mut queue = Queue::new(Box::new(place.clone()), patience(25));
    place.will_refuse(100, true);
    assert_eq!(text(queue.put(object("a"))), "ok");
    assert_eq!(text(queue.put(object("b"))), "ok");
    assert_eq!(
        text(queue.put(object("c"))),
        "moody/a: no; too much was waiting; 3 records are lost"
    );
    assert_eq!(queue.bytes, 20);
    place.answers.lock().expect("no panic").clear();
    assert_eq!(text(queue.finish()), "ok");
    assert_eq!(place.taken(), "b c");
}

#[test]
fn time_is_bounded_and_tries_are_rare() {
    let place = Moody::default();
    let never = Patience {
        pause: Duration::from_secs(3_600),
        ..patience(100)
    };
    let mut queue = Queue::new(Box::new(place.clone()), never);
    place.will_refuse(100, true);
    for key in ["a", "b"] {
        assert_eq!(text(queue.put(object(key))), "ok");
    }
    assert_eq!(text(queue.tend()), "ok");
    assert_eq!(*place.tries.lock().expect("no panic"), 1);
    queue.patience.give_up_after = Duration::ZERO;
    assert_eq!(
        text(queue.finish()),
        "moody/b: no; it was tried for 0 seconds; 6 records are lost"
    );
}
