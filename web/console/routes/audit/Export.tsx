import { t } from '@shared/i18n';
import { useRef, useState } from 'react';
import { Dialog, ErrorNote, Icon, Menu, toast } from '../../parts';
import { saveFile, today } from '../admin/save';
import { collect, type Format } from './export';
import { type Filters, readAudit } from './query';

const most = 200;

/** Saves what the filters show, all of it, as a file. */
export function Export({ filters }: { filters: Filters }) {
  const [format, setFormat] = useState<Format | undefined>();
  return (
    <>
      <Menu
        label={t('audit.export')}
        className="button"
        items={[
          { label: t('audit.export_csv'), icon: 'rows', onSelect: () => setFormat('csv') },
          { label: t('audit.export_jsonl'), icon: 'document', onSelect: () => setFormat('jsonl') },
        ]}
      >
        <Icon name="download" />
        {t('audit.export')}
      </Menu>
      {format && <Running filters={filters} format={format} onClose={() => setFormat(undefined)} />}
    </>
  );
}

interface RunningProps {
  filters: Filters;
  format: Format;
  onClose: () => void;
}

function Running({ filters, format, onClose }: RunningProps) {
  const [rows, setRows] = useState<number | undefined>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  const run = async () => {
    stop.current = new AbortController();
    setError(undefined);
    setRows(0);
    try {
      const read = (cursor: string | undefined) => readAudit(filters, cursor, most);
      const file = await collect(read, format, setRows, stop.current.signal);
      saveFile(`audit-${today()}.${format}`, file);
      toast(t('audit.exported'));
      onClose();
    } catch (e) {
      if (!stop.current.signal.aborted) setError(e);
      setRows(undefined);
    }
  };
  const close = () => {
    stop.current?.abort();
    onClose();
  };
  const going = rows !== undefined;
  const footer = (
    <>
      <button type="button" className="button" onClick={close}>
        {t('parts.cancel')}
      </button>
      <button type="button" className="button primary" onClick={run} disabled={going}>
        {t('audit.export_start')}
      </button>
    </>
  );
  return (
    <Dialog open onClose={close} title={t(`audit.export_${format}`)} footer={footer}>
      <div className="stack">
        <p>{t(`audit.export_text.${format}`)}</p>
        {error !== undefined && <ErrorNote error={error} />}
        {going && (
          <div className="field" role="status">
            <span>{t('audit.export_rows', { n: rows })}</span>
            <progress aria-label={t('audit.export')} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
