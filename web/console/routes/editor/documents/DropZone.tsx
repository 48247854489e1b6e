import { t } from '@shared/i18n';
import { type DragEvent, useId, useRef, useState } from 'react';
import { Icon } from '../../../parts';

interface Props {
  onFiles: (files: File[]) => void;
  /** Takes much room and says more: there is nothing else yet. */
  large?: boolean;
  busy?: boolean;
}

/** A place to drop PDFs, and a button that opens the chooser. */
export function DropZone({ onFiles, large, busy }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const [over, setOver] = useState(false);
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const files = [...e.dataTransfer.files];
    if (files.length > 0 && !busy) onFiles(files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut of the button inside
    <div
      className={`drop${large ? ' large' : ''}${over ? ' over' : ''}`}
      onDragOver={(e) => {
        if (![...e.dataTransfer.types].includes('Files')) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" className="drop-icon" />
      <p id={hint}>{t(large ? 'editor.drop.large' : 'editor.drop.more')}</p>
      <button
        type="button"
        className={large ? 'button primary' : 'button'}
        aria-describedby={hint}
        aria-disabled={busy}
        onClick={() => !busy && input.current?.click()}
      >
        {t('editor.drop.choose')}
      </button>
      <input
        ref={input}
        type="file"
        accept="application/pdf,.pdf"
        multiple
        hidden
        onChange={(e) => {
          const files = [...(e.currentTarget.files ?? [])];
          e.currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
      {large && <p className="meta">{t('editor.drop.rules')}</p>}
    </div>
  );
}
