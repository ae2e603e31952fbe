/** Built beside this one: a slot's host process, the lease thread and what executors import. */
export const WORK_ENTRY = new URL("./runner-work.js", import.meta.url);
export const SLOT_ENTRY = new URL("./runner-slot.js", import.meta.url);
export const LEASE_ENTRY = new URL("./runner-lease.js", import.meta.url);
/** What `longshore/executor` stands for in executors of the user's. */
export const KIT_ENTRY = new URL("./executor-kit.js", import.meta.url);
