import { t } from '@shared/i18n';
import { useState } from 'react';
import type { Doc } from '../model/types';
import { useArrival } from '../parts';
import { useEditor } from '../session';

interface Props {
  doc: Doc;
  onDone: () => void;
  onError: (error: unknown) => void;
}

/** A document's name while it is changed: Enter or leaving takes it over, Escape does not. */
export function Rename({ doc, onDone, onError }: Props) {
  const { saver } = useEditor();
  const [name, setName] = useState(doc.name);
  const input = useArrival<HTMLInputElement>(true);
  const take = () => {
    const next = name.trim();
    if (next && next !== doc.name) saver.changeDocument(doc.id, { name: next }).catch(onError);
    onDone();
  };
  return (
    <input
      ref={input}
      className="input"
      aria-label={t('editor.documents.name')}
      maxLength={200}
      value={name}
      onChange={(e) => setName(e.target.value)}
      onFocus={(e) => e.target.select()}
      onBlur={take}
      onKeyDown={(e) => {
        if (e.key === 'Enter') take();
        if (e.key === 'Escape') onDone();
      }}
    />
  );
}
