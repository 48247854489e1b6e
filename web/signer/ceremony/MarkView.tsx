import { fitted, path } from './shape';
import type { Mark } from './types';

/** A mark as it will stand in its field; the server draws the final one the same way. */
export function MarkView({ mark, width, height }: { mark: Mark; width: number; height: number }) {
  if (mark.kind === 'image') {
    return <img class="mark" src={imageAddress(mark.image)} alt="" width={width} height={height} />;
  }
  return (
    <svg class="mark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      {mark.kind === 'drawn' ? (
        <path d={path(fitted(mark.strokes, width, height))} stroke-width={Math.max(1, height / 24)} />
      ) : (
        <text
          x={width / 2}
          y={height / 2}
          font-size={typedSize(mark.text, width, height)}
          direction="ltr"
          text-anchor="middle"
          dominant-baseline="central"
        >
          {mark.text}
        </text>
      )}
    </svg>
  );
}

export function imageAddress(base64: string): string {
  return `data:image/${base64.startsWith('/9j/') ? 'jpeg' : 'png'};base64,${base64}`;
}

/** A size at which a name fits its box: letters are at most about as wide as 0.62 of their size. */
export function typedSize(text: string, width: number, height: number): number {
  const wide = [...text].reduce((n, c) => n + (c.charCodeAt(0) > 0x2e7f ? 1.02 : 0.62), 0);
  return Math.max(4, Math.min(height * 0.7, (width - 4) / (wide || 1)));
}
