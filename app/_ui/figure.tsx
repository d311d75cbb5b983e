const NBSP = '\u00a0';

/** A big number with its unit small beside it; both are one text. */
export function Figure({ value }: { value: string }) {
  const at = value.lastIndexOf(NBSP);
  if (at === -1) return value;
  return (
    <span>
      {value.slice(0, at)}
      <span className="font-normal text-muted text-table">{value.slice(at)}</span>
    </span>
  );
}
