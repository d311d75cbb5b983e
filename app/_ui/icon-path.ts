import type { IconNode } from 'lucide';

type Shape = IconNode[number];

const paths = new WeakMap<IconNode, string>();

/**
 * The shapes of an icon as one path, for the attribute `d` (SVG 2, 9.3 and the equivalents of basic shapes, 10). A dot that the
 * icon fills is drawn by its line, which is wider than the dot.
 * @throws {Error} a shape that icons are not made of.
 */
export function pathOf(icon: IconNode): string {
  let path = paths.get(icon);
  if (path === undefined) {
    // A path may begin with a move that is relative to the place before it.
    path = icon.map((shape) => `M0 0${toPath(shape)}`).join('');
    paths.set(icon, path);
  }
  return path;
}

function toPath([tag, attributes]: Shape): string {
  const at = (name: string) => Number(attributes[name] ?? 0);
  switch (tag) {
    case 'path':
      return String(attributes['d']);
    case 'line':
      return `M${at('x1')} ${at('y1')}L${at('x2')} ${at('y2')}`;
    case 'polyline':
      return `M${attributes['points']}`;
    case 'polygon':
      return `M${attributes['points']}z`;
    case 'circle':
      return ellipse(at('cx'), at('cy'), at('r'), at('r'));
    case 'ellipse':
      return ellipse(at('cx'), at('cy'), at('rx'), at('ry'));
    case 'rect':
      return rect(at('x'), at('y'), at('width'), at('height'), at('rx') || at('ry'));
    default:
      throw new Error(
        `an icon has a <${tag}>, which cannot be made a path of: draw it with the shapes of icon-path.ts`,
      );
  }
}

function ellipse(cx: number, cy: number, rx: number, ry: number): string {
  return `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
}

function rect(x: number, y: number, width: number, height: number, r: number): string {
  const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  const [across, down] = [width - 2 * r, height - 2 * r];
  return `M${x + r} ${y}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`;
}
