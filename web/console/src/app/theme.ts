import { createTheme, type MantineColorsTuple } from "@mantine/core";

const shore: MantineColorsTuple = [
  "#e8f6fa",
  "#d5e9ef",
  "#abd2de",
  "#7ebacc",
  "#59a6bd",
  "#4199b4",
  "#3193b0",
  "#217f9b",
  "#0f718c",
  "#0b5a71",
];

/** Size and colours of the kit; everything of our own is in styles/. */
export const theme = createTheme({
  primaryColor: "shore",
  primaryShade: { light: 9, dark: 7 },
  colors: { shore },
  defaultRadius: "sm",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: "600" },
  cursorType: "pointer",
  respectReducedMotion: true,
});
