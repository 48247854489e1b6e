import type { Doc, Field, View } from './types';

/** A field for tests; what is not said is plain. */
export function field(id: string, over: Partial<Field> = {}): Field {
  return {
    id,
    document: 'd1',
    type: 'text',
    page: 1,
    x: 100,
    y: 100,
    width: 100,
    height: 20,
    required: true,
    mine: true,
    server_only: false,
    config: {},
    ...over,
  };
}

export function doc(id: string, pages: Doc['pages'] = [a4]): Doc {
  return { id, name: `${id}.pdf`, digest: id, size: 1000, sealed: false, state: 'base', pages };
}

export const a4 = { width: 595, height: 842, rotate: 0, crop: null };

export function view(over: Partial<View> = {}): View {
  return {
    mailed: true,
    sender: 'Acme',
    envelope: 'e',
    state: 'sent',
    title: 'T',
    message: '',
    locale: 'en',
    recipient: 'r',
    name: 'Anna Kovács',
    email: 'anna@example.org',
    role: 'signer',
    recipient_state: 'consented',
    method: 'click',
    may_act: true,
    needs_consent: false,
    waits_for_others: false,
    signers_done: 0,
    signers_total: 1,
    tells_on_decline: { sender: true, others: 0 },
    documents: [doc('d1')],
    fields: [],
    ...over,
  };
}
