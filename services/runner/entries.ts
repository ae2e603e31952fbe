/** Programs built beside this one: a slot's host process and the lease thread. */
export const SLOT_ENTRY = new URL("./runner-slot.js", import.meta.url);
export const LEASE_ENTRY = new URL("./runner-lease.js", import.meta.url);
