import { api, data } from '@shared/api/client';
import { endOf, startOf } from './days';
import type { Page } from './export';

/** The filters as the address has them: days, not instants. */
export interface Filters {
  operation?: string;
  actor?: string;
  envelope?: string;
  from?: string;
  to?: string;
}

export function readAudit(f: Filters, cursor: string | undefined, limit?: number): Promise<Page> {
  const { operation, actor, envelope } = f;
  const query = { operation, actor, envelope, from: startOf(f.from), to: endOf(f.to), cursor, limit };
  return data(api.GET('/api/v1/audit', { params: { query } }));
}

/** Operations that are recorded, for the list to choose from. */
export const operations = [
  'createEnvelope',
  'updateEnvelope',
  'deleteEnvelope',
  'sendEnvelope',
  'voidEnvelope',
  'addDocument',
  'updateDocument',
  'removeDocument',
  'addRecipient',
  'updateRecipient',
  'removeRecipient',
  'addField',
  'updateField',
  'removeField',
  'replaceFields',
  'resendMessage',
  'revealLink',
  'openOwnCeremony',
  'createUpload',
  'createUser',
  'updateUser',
  'createSignInLink',
  'endUserSessions',
  'createAPIKey',
  'revokeAPIKey',
  'putSettings',
  'putBranding',
  'updateOrganization',
  'downloadEvidence',
  'updateMe',
  'setPassword',
  'listAudit',
] as const;
