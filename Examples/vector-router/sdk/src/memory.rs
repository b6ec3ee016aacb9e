//! The plugin's heap: only its top moves, because an instance lives for one call.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::Cell;
use std::ptr::{copy_nonoverlapping, null_mut};

const PAGE: usize = 65_536;

struct Heap {
    top: Cell<usize>,
    end: Cell<usize>,
}

// Safety: there is one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { top: Cell::new(0), end: Cell::new(0) };

impl Heap {
    /// Makes `stop` the top, over pages taken from the host where needed.
    fn raise(&self, stop: usize) -> bool {
        if stop > self.end.get() {
            let pages = (stop - self.end.get() - 1) / PAGE + 1;
            if memory_grow(0, pages) == usize::MAX {
                return false;
            }
            self.end.set(self.end.get() + pages * PAGE);
        }
        self.top.set(stop);
        true
    }
}

// Safety: a block is never handed out twice, and the top is raised past it before it is handed out.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.end.get() == 0 {
            // Above everything the module came with.
            self.end.set(memory_size(0) * PAGE);
            self.top.set(self.end.get());
        }
        let start = (self.top.get() + layout.align() - 1) & !(layout.align() - 1);
        match start.checked_add(layout.size()) {
            Some(stop) if self.raise(stop) => start as *mut u8,
            _ => null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if (block as usize).wrapping_add(layout.size()) == self.top.get() {
            self.top.set(block as usize);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if block as usize + layout.size() == self.top.get() {
            return match (block as usize).checked_add(size) {
                Some(stop) if self.raise(stop) => block,
                _ => null_mut(),
            };
        }
        if size <= layout.size() {
            return block;
        }
        // Safety: the caller vouches for the size; the new block overlaps no other.
        unsafe {
            let bigger = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !bigger.is_null() {
                copy_nonoverlapping(block, bigger, layout.size());
            }
            bigger
        }
    }
}
