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

/** The kit's dark greys, a shade bluer, so that its inputs and ours are made of the same. */
const dark: MantineColorsTuple = [
  "#dee5eb",
  "#b9c4ce",
  "#8d9ba8",
  "#67757f",
  "#3a4651",
  "#2b353f",
  "#1f272f",
  "#161c22",
  "#11171c",
  "#0d1216",
];

/** Size and colours of the kit; everything of our own is in styles/. */
export const theme = createTheme({
  primaryColor: "shore",
  primaryShade: { light: 9, dark: 7 },
  colors: { shore, dark },
  defaultRadius: "sm",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: "600" },
  cursorType: "pointer",
  respectReducedMotion: true,
});
