/** What an arrow key does to a field: a step, larger with Shift, of its place or (with Alt) of its size. */
export interface Step {
  dx: number;
  dy: number;
  resize: boolean;
}

const directions: { [key: string]: [number, number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface Key {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** The step of an arrow key, in points as the eye sees the page; undefined for other keys. */
export function stepOf(e: Key): Step | undefined {
  const d = directions[e.key];
  if (!d || e.ctrlKey || e.metaKey) return undefined;
  const size = e.shiftKey ? 10 : 1;
  return { dx: d[0] * size, dy: d[1] * size, resize: e.altKey };
}

export type Command =
  | 'undo'
  | 'redo'
  | 'duplicate'
  | 'copy'
  | 'paste'
  | 'all'
  | 'remove'
  | 'nothing'
  | 'zoomin'
  | 'zoomout'
  | 'zoomfit'
  | 'pageup'
  | 'pagedown';

const withControl: { [key: string]: Command } = {
  z: 'undo',
  y: 'redo',
  d: 'duplicate',
  c: 'copy',
  v: 'paste',
  a: 'all',
  '+': 'zoomin',
  '=': 'zoomin',
  '-': 'zoomout',
  '0': 'zoomfit',
};

const alone: { [key: string]: Command } = {
  Delete: 'remove',
  Backspace: 'remove',
  Escape: 'nothing',
  PageUp: 'pageup',
  PageDown: 'pagedown',
};

/** The command of a key, or undefined. */
export function commandOf(e: Key): Command | undefined {
  if (!(e.ctrlKey || e.metaKey)) return e.altKey ? undefined : alone[e.key];
  const key = e.key.toLowerCase();
  if (key === 'z' && e.shiftKey) return 'redo';
  return withControl[key];
}
