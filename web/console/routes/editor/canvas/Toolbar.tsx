import { t } from '@shared/i18n';
import { announce } from '../../../parts';
import { useStore } from '../model/store';
import type { Doc } from '../model/types';
import { Tool } from '../parts';
import { useDraft, useEditor } from '../session';
import type { Canvas } from './canvas';
import { stops } from './canvas';
import { travel } from './keyboard';

interface Props {
  canvas: Canvas;
  doc: Doc;
  rail: boolean;
  onRail: () => void;
}

/** Above the pages: undo and redo, where one is, how large. */
export function Toolbar({ canvas, doc, rail, onRail }: Props) {
  return (
    <div className="ed-tools" role="toolbar" aria-label={t('editor.tools')}>
      <History />
      {doc.page_count > 1 && (
        <div className="ed-group">
          <Tool
            icon="rows"
            text={t('editor.rail')}
            onClick={onRail}
            pressed={rail}
            className="ed-rail-toggle"
          />
          <Where canvas={canvas} doc={doc} />
        </div>
      )}
      <Documents />
      <ZoomTools canvas={canvas} />
    </div>
  );
}

function History() {
  const { draft } = useEditor();
  const back = useDraft((s) => s.history.past.length > 0);
  const on = useDraft((s) => s.history.future.length > 0);
  const table = { draft, say: announce };
  return (
    <div className="ed-group">
      <Tool
        icon="undo"
        text={t('editor.undo')}
        keys="Control+Z"
        off={!back}
        onClick={() => travel(table, 'undo')}
      />
      <Tool
        icon="redo"
        text={t('editor.redo')}
        keys="Control+Shift+Z"
        off={!on}
        onClick={() => travel(table, 'redo')}
      />
    </div>
  );
}

function Where({ canvas, doc }: { canvas: Canvas; doc: Doc }) {
  const page = useDraft((s) => s.page);
  return (
    <>
      <Tool
        icon="chevron-up"
        text={t('editor.page_before')}
        keys="PageUp"
        off={page <= 1}
        onClick={() => canvas.turn(-1)}
      />
      <span className="ed-where">{t('editor.page_of', { page, pages: doc.page_count })}</span>
      <Tool
        icon="chevron-down"
        text={t('editor.page_after')}
        keys="PageDown"
        off={page >= doc.page_count}
        onClick={() => canvas.turn(1)}
      />
    </>
  );
}

/** Which of several documents shows. */
function Documents() {
  const { draft } = useEditor();
  const documents = useDraft((s) => s.documents);
  const now = useDraft((s) => s.document);
  if (documents.length < 2) return null;
  return (
    <select
      className="select ed-document"
      aria-label={t('editor.document')}
      value={now}
      onChange={(e) => draft.patch({ document: e.target.value, page: 1, selected: [] })}
    >
      {documents.map((d) => (
        <option key={d.id} value={d.id}>
          {d.name}
        </option>
      ))}
    </select>
  );
}

function ZoomTools({ canvas }: { canvas: Canvas }) {
  const zoom = useStore(canvas.zoom, (z) => z);
  const now = canvas.percent;
  const listed = zoom.fit || stops.includes(now) ? stops : [...stops, now].sort((a, b) => a - b);
  return (
    <div className="ed-group ed-zoom">
      <Tool
        icon="zoom-out"
        text={t('editor.zoom_out')}
        off={now <= 25}
        onClick={() => canvas.zoomBy('out')}
      />
      <select
        className="select"
        aria-label={t('editor.zoom')}
        value={zoom.fit ? 'fit' : String(now)}
        onChange={(e) =>
          e.target.value === 'fit' ? canvas.zoomBy('fit') : canvas.zoomTo(Number(e.target.value))
        }
      >
        <option value="fit">{t('editor.zoom_fit')}</option>
        {listed.map((n) => (
          <option key={n} value={n}>
            {t('editor.percent', { percent: n })}
          </option>
        ))}
      </select>
      <Tool icon="zoom-in" text={t('editor.zoom_in')} off={now >= 400} onClick={() => canvas.zoomBy('in')} />
    </div>
  );
}
