'use client';
import { defaultRangeExtractor, type Range, useVirtualizer, useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { useDensity } from '../../_lib/preferences.ts';

/** As `DataRow` has them: a table that grows or shrinks while rows come and go is painted anew as a whole. */
const ROW_PX = { comfortable: 40, compact: 32 };
const CARD_PX = 118;
const CARD_GAP_PX = 8;
/** Rows come and go so many at a time: each change lays the whole table out, however few rows it brings. */
const BLOCK_ROWS = 6;
/** Scrolling past rows asks nothing for them. */
const REST_MS = 150;

/**
 * Only the rows in sight, and room for the others. It alone is drawn anew while the page is scrolled; a row that was drawn is
 * taken as it is until the list changes.
 */
export function WindowRows({
  count,
  phone,
  body,
  box,
  draw,
  onDrawn,
}: {
  count: number;
  phone: boolean;
  body: RefObject<HTMLElement | null>;
  /** Where it is this that is scrolled, and not the page. */
  box: RefObject<HTMLElement | null> | undefined;
  draw: (index: number, ref?: Ref<HTMLTableRowElement>) => ReactNode;
  /** Told which rows are drawn, from the first to before the second, once they rest. */
  onDrawn: (from: number, to: number) => void;
}) {
  const [top, setTop] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the head of the table goes on phones, so that its body moves
  useLayoutEffect(() => {
    if (body.current !== null) setTop(topIn(box?.current, body.current));
  }, [phone, body, box]);
  const density = useDensity();
  const rows = {
    count,
    estimateSize: () => (phone ? CARD_PX : ROW_PX[density]),
    gap: phone ? CARD_GAP_PX : 0,
    overscan: BLOCK_ROWS,
    rangeExtractor: inBlocks,
    scrollMargin: top,
  };
  const inPage = useWindowVirtualizer({ ...rows, enabled: box === undefined });
  const inBox = useVirtualizer({
    ...rows,
    enabled: box !== undefined,
    getScrollElement: () => box?.current ?? null,
    initialOffset: () => box?.current?.scrollTop ?? 0,
  });
  const virtual = box === undefined ? inPage : inBox;
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);

  const from = items[0]?.index ?? 0;
  const to = (items.at(-1)?.index ?? -1) + 1;
  const tell = useEffectEvent(onDrawn);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another order other rows are in the same places
  useEffect(() => {
    const timer = setTimeout(() => tell(from, to), REST_MS);
    return () => clearTimeout(timer);
  }, [from, to, draw]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: forgotten when the list is drawn anew
  const drawn = useMemo(() => new Map<number, ReactNode>(), [draw, virtual]);
  return (
    <>
      {before > 0 && <Space height={before} />}
      {items.map(({ index }) => {
        let row = drawn.get(index);
        if (row === undefined) {
          row = draw(index, virtual.measureElement);
          drawn.set(index, row);
        }
        return row;
      })}
      {after > 0 && <Space height={after} />}
    </>
  );
}

function topIn(box: HTMLElement | null | undefined, body: HTMLElement): number {
  const { top } = body.getBoundingClientRect();
  if (!box) return top + window.scrollY;
  return top - box.getBoundingClientRect().top - box.clientTop + box.scrollTop;
}

function Space({ height }: { height: number }) {
  return (
    <tr className="max-md:block" style={{ height }}>
      <td />
    </tr>
  );
}

/** What comes at one end comes in the moment in which the same goes at the other. */
function inBlocks(range: Range): number[] {
  const startIndex = Math.floor(range.startIndex / BLOCK_ROWS) * BLOCK_ROWS;
  const inSight = range.endIndex - range.startIndex + 1;
  // From any row of the first block.
  const endIndex = startIndex + Math.ceil(inSight / BLOCK_ROWS + 1) * BLOCK_ROWS - 1;
  return defaultRangeExtractor({ ...range, startIndex, endIndex });
}
