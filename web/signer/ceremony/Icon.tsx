/** Own icons: 24 by 24, drawn with lines. */
const paths = {
  check: 'M5 13l4 4L19 7',
  circle: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16',
  clock: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16M12 8v4l3 2',
  close: 'M6 6l12 12M18 6L6 18',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  less: 'M6 12h12',
  menu: 'M5 7h14M5 12h14M5 17h14',
  more: 'M12 6v12M6 12h12',
  pen: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  warn: 'M12 4l9 16H3zM12 10v4M12 17v.5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
