import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

const STORE = "longshore-single-keys";
/** How long a `g` waits for its second key. */
const CHORD_MS = 1_200;

const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (TYPING.has(target.tagName) || target.isContentEditable);

/** Single-key shortcuts disturb some people and some assistive technology: they can be switched off. */
export const singleKeysWanted = (): boolean => {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
};

export const wantSingleKeys = (wanted: boolean): void => localStorage.setItem(STORE, wanted ? "on" : "off");

/** True for a bare key press meant as a shortcut. */
export const isShortcut = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !isTyping(event.target) &&
  document.querySelector('[role="dialog"]') === null &&
  singleKeysWanted();

const PAGES = {
  t: "/tasks",
  c: "/containers",
  h: "/hosts",
  n: "/new",
  r: "/runners",
  q: "/queues",
  s: "/schedules",
  f: "/failed",
  l: "/ledger",
  m: "/maintenance",
} as const;

/** Shortcuts that hold on every page: `/` search, `?` help, `g` and a letter for pages. */
export const useShortcuts = (onHelp: () => void): void => {
  const navigate = useNavigate();
  useEffect(() => {
    let chordUntil = 0;
    const press = (event: KeyboardEvent): void => {
      if (!isShortcut(event)) return;
      const page = Date.now() < chordUntil ? PAGES[event.key as keyof typeof PAGES] : undefined;
      chordUntil = event.key === "g" ? Date.now() + CHORD_MS : 0;
      if (page !== undefined) void navigate({ to: page, search: {} });
      else if (event.key === "?") onHelp();
      else if (event.key === "/") document.getElementById("search")?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate, onHelp]);
};
