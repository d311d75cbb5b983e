/** Times as ISO and values as they are, oldest first; unknown is empty. */
export function toCsv(
  at: readonly number[],
  series: readonly { key: string; values: readonly (number | null)[] }[],
): string {
  const head = ['time', ...series.map(({ key }) => key)].join(',');
  const rows = at.map((time, index) =>
    [new Date(time).toISOString(), ...series.map(({ values }) => values[index] ?? '')].join(','),
  );
  return `${[head, ...rows].join('\n')}\n`;
}
