/** Whether the reader came to a screen by moving on, so that the focus belongs on its heading. */
let moved = false;
let here = '';

/** Notes a step in the history. A replaced address is the same screen under a better name: focus stays. */
export function noteStep(path: string, replaced: boolean): void {
  if (path !== here && !replaced) moved = true;
  here = path;
}

/** True once after a step to this path. */
export function takeArrival(path: string): boolean {
  const taken = moved && path === here;
  if (taken) moved = false;
  return taken;
}
