let name = '';
let before = '';

function write(): void {
  document.title = [before, name].filter(Boolean).join(' ');
}

/** What the page is: its object, section and the product. */
export function setPageTitle(title: string): void {
  name = title;
  write();
}

/** What is worth seeing from another tab: `(2)` problems, `62 %` of running work. Empty takes it away. */
export function setTitlePrefix(prefix: string): void {
  before = prefix;
  if (name !== '') write();
}
