//! Panics of code that reads what it did not write, as errors about the input.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is caught and told as an error.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Runs work that may panic on what an input holds; a panic is returned as its message and prints
/// nothing. What the work was about must not be used afterwards, because it may be half done.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    let outer = CAUGHT.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(outer);
    done.map_err(|payload| message(payload.as_ref()))
}

/// Panics that are caught here are not printed, all others are, as before.
fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CAUGHT.get() {
                print(info);
            }
        }));
    });
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("its reader gave up").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_message() {
        assert_eq!(caught(|| 7), Ok(7));
        assert_eq!(
            caught(|| -> i32 { panic!("a {}", "b") }),
            Err("a b".to_owned())
        );
        assert_eq!(caught(|| -> i32 { panic!("c") }), Err("c".to_owned()));
        let inner = || caught(|| -> i32 { panic!("inner") });
        assert_eq!(caught(inner), Ok(Err("inner".to_owned())));
        assert!(!CAUGHT.get());
    }
}
