import { t } from '@shared/i18n';
import { type DragEvent, useRef, useState } from 'react';
import { Confirm, Icon, Menu } from '../../../parts';
import type { Doc } from '../model/types';
import { useDraft, useEditor } from '../session';
import { fileOf } from './file';
import { removedFrom } from './problem';
import { Rename } from './Rename';

interface Props {
  doc: Doc;
  place: number;
  of: number;
  onMove: (to: number) => void;
  onError: (error: unknown) => void;
  dragged: string | undefined;
  onDrag: (id: string | undefined) => void;
  onDropped: (id: string) => void;
}

/** A document of the draft, with what can be done to it. */
export function DocumentItem({ doc, place, of, onMove, onError, dragged, onDrag, onDropped }: Props) {
  const { draft, saver, uploads } = useEditor();
  const shows = useDraft((s) => s.document === doc.id);
  const fields = useDraft((s) => s.history.now.filter((f) => f.document === doc.id).length);
  const [asking, setAsking] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const remove = () => {
    setAsking(false);
    saver.removeDocument(doc.id).catch(onError);
  };
  const drag = {
    draggable: of > 1,
    onDragStart: (e: DragEvent) => {
      e.dataTransfer.effectAllowed = 'move';
      onDrag(doc.id);
    },
    onDragEnd: () => onDrag(undefined),
    onDragOver: (e: DragEvent) => {
      if (!dragged || dragged === doc.id) return;
      e.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (e: DragEvent) => {
      setOver(false);
      if (!dragged || dragged === doc.id) return;
      e.preventDefault();
      onDropped(dragged);
    },
  };
  return (
    <li className={`doc${shows ? ' current' : ''}${over ? ' over' : ''}`} {...drag}>
      {of > 1 ? <Icon name="grip" className="doc-grip" /> : <Icon name="document" />}
      <div className="doc-main">
        {renaming ? (
          <Rename doc={doc} onDone={() => setRenaming(false)} onError={onError} />
        ) : (
          <button
            type="button"
            className="doc-name"
            aria-current={shows || undefined}
            onClick={() => draft.patch({ document: doc.id, page: 1, selected: [] })}
          >
            {doc.name}
          </button>
        )}
        <p className="meta">
          {t('editor.documents.pages', { n: doc.page_count })}
          {fields > 0 && <> · {t('editor.list.count', { n: fields })}</>}
        </p>
        <Remarks doc={doc} />
      </div>
      <div className="doc-tools">
        {of > 1 && (
          <>
            <Shift way="up" name={doc.name} off={place === 1} onClick={() => onMove(place - 1)} />
            <Shift way="down" name={doc.name} off={place === of} onClick={() => onMove(place + 1)} />
          </>
        )}
        <Menu
          label={t('editor.documents.menu', { name: doc.name })}
          items={[
            { label: t('editor.documents.rename'), icon: 'edit', onSelect: () => setRenaming(true) },
            { label: t('editor.documents.replace'), icon: 'refresh', onSelect: () => file.current?.click() },
            { label: t('editor.open_file'), icon: 'download', href: fileOf(draft.value.id, doc.id) },
            {
              label: t('editor.documents.remove'),
              icon: 'trash',
              danger: true,
              onSelect: () => (fields > 0 ? setAsking(true) : remove()),
            },
          ]}
        />
        <input
          ref={file}
          type="file"
          accept="application/pdf,.pdf"
          hidden
          onChange={(e) => {
            const files = [...(e.currentTarget.files ?? [])];
            e.currentTarget.value = '';
            uploads.add(files.slice(0, 1), doc.id);
          }}
        />
      </div>
      <Confirm
        open={asking}
        danger
        title={t('editor.documents.remove_title')}
        text={t('editor.documents.remove_text', { n: fields })}
        action={t('editor.documents.remove')}
        onConfirm={remove}
        onClose={() => setAsking(false)}
      />
    </li>
  );
}

interface ShiftProps {
  way: 'up' | 'down';
  name: string;
  off: boolean;
  onClick: () => void;
}

/** Moves an entry of a list by one place. */
export function Shift({ way, name, off, onClick }: ShiftProps) {
  return (
    <button
      type="button"
      className="button quiet icon-only small"
      aria-label={t(`editor.move_${way}`, { name })}
      aria-disabled={off}
      onClick={() => !off && onClick()}
    >
      <Icon name={`chevron-${way}`} />
    </button>
  );
}

/** What is worth knowing about a document before it is sent. */
function Remarks({ doc }: { doc: Doc }) {
  const removed = removedFrom(doc.removed);
  const scanned = 'scanned_pages' in doc ? Number(doc.scanned_pages ?? 0) : 0;
  const untagged = 'tagged' in doc && doc.tagged === false;
  return (
    <>
      {doc.shut && <p className="remark bad">{t('editor.documents.shut')}</p>}
      {doc.signed_upload && !doc.shut && <p className="remark">{t('editor.documents.signed')}</p>}
      {scanned > 0 && <p className="remark warn">{t('editor.documents.scanned', { n: scanned })}</p>}
      {scanned === 0 && untagged && <p className="remark">{t('editor.documents.untagged')}</p>}
      {removed.length > 0 && (
        <details className="removed">
          <summary>{t('editor.documents.removed')}</summary>
          <ul>
            {removed.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
