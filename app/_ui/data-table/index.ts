export { BulkBar } from './bulk-bar.tsx';
export type { DataColumn } from './columns.ts';
export { DataTable } from './data-table.tsx';
export { ListFrame } from './list-frame.tsx';
export { LiveChanges } from './live-changes.tsx';
export { useList } from './use-list.ts';
export { useSelection } from './use-selection.ts';
export { useTableAddress } from './use-table-address.ts';
