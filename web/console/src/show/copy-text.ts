/** Copies also where the clipboard API is closed: plain HTTP from another machine is no secure context. */
export const copyText = async (text: string): Promise<void> => {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};
