import { around } from './place';
import type { Box } from './types';

export type Alignment =
  | 'left'
  | 'center'
  | 'right'
  | 'top'
  | 'middle'
  | 'bottom'
  | 'across'
  | 'down'
  | 'width'
  | 'height';

/** Lines boxes up with the box around them, spreads them evenly, or gives them the size of the first. */
export function align(boxes: readonly Box[], how: Alignment): Box[] {
  if (how === 'across') return spread(boxes, 'left', 'width');
  if (how === 'down') return spread(boxes, 'top', 'height');
  const all = around(boxes);
  const first = boxes[0];
  return boxes.map((b) => {
    switch (how) {
      case 'left':
        return { ...b, left: all.left };
      case 'center':
        return { ...b, left: all.left + (all.width - b.width) / 2 };
      case 'right':
        return { ...b, left: all.left + all.width - b.width };
      case 'top':
        return { ...b, top: all.top };
      case 'middle':
        return { ...b, top: all.top + (all.height - b.height) / 2 };
      case 'bottom':
        return { ...b, top: all.top + all.height - b.height };
      case 'width':
        return { ...b, width: first?.width ?? b.width };
      case 'height':
        return { ...b, height: first?.height ?? b.height };
    }
    return b;
  });
}

/** Even gaps between boxes along an axis; the outermost stay where they are. */
function spread(boxes: readonly Box[], at: 'left' | 'top', size: 'width' | 'height'): Box[] {
  if (boxes.length < 3) return [...boxes];
  const all = around(boxes);
  const order = boxes.map((b, i) => ({ b, i })).sort((p, q) => p.b[at] - q.b[at]);
  const taken = boxes.reduce((sum, b) => sum + b[size], 0);
  const gap = (all[size] - taken) / (boxes.length - 1);
  const out = [...boxes];
  let next = all[at];
  for (const { b, i } of order) {
    out[i] = { ...b, [at]: next };
    next += b[size] + gap;
  }
  return out;
}
