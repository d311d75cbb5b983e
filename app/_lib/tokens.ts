/** The text of a token such as a font list, as it stands in tokens.css. */
export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A colour of the present theme as `rgb(…)`. A token holds both themes' values: only its use on an element decides. */
export function readColour(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
