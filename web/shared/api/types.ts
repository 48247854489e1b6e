// Made from the operation table: go run ./internal/tools/apitypes > web/shared/api/types.ts
export interface paths {
  '/api/v1/api-keys': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List API keys */
    get: {
      parameters: {
        query?: { cursor?: string; limit?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListAPIKeyView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    /** Make an API key; it is shown once */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['CreateAPIKeyInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['APIKeyCreatedBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/api-keys/{api_key}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke an API key for good */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { api_key: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List operations of staff and API accounts, newest first */
    get: {
      parameters: {
        query?: { cursor?: string; limit?: number; envelope?: string; operation?: string; actor?: string; from?: string; to?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListAuditView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/checkpoint': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read the audit log's signed checkpoint */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CheckpointView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/consistency': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Prove that the audit log only grew */
    get: {
      parameters: {
        query: { from: number; to: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ConsistencyView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/proofs/{index}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Prove that a row stands in the audit log */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { index: number };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Inclusion'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/branding': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read how your organization looks */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Branding'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    /** Replace how your organization looks */
    put: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['Branding'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Branding'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/exchange': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Open a link, once */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['TokenInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyOpenedBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/look': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** See where a link leads, without opening it */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['TokenInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['GlanceOutputBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/request-link': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Have a new link sent to the same address */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['TokenInputBody'] } };
      responses: {
        202: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/takeover': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Continue on this device */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['TakeoverInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyOpenedBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read your sitting */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/branding': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read how the sender looks */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Branding'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/branding/logo': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read the sender's logo */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'image/png': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/certificate': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Download the completion certificate as a recipient */
    get: {
      parameters: {
        query?: never;
        header?: { Range?: string; 'If-None-Match'?: string };
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pdf': Blob | string } };
        206: { headers: { [name: string]: unknown }; content?: never };
        304: { headers: { [name: string]: unknown }; content?: never };
        416: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/consent': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Agree to sign electronically */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['ConsentBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/decline': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Refuse to sign */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['DeclineInputBody'] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/disclosure': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read what you agree to before signing electronically */
    get: {
      parameters: {
        query?: { locale?: string };
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Disclosure'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/documents/{document}/pages/{page}/image': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Draw a page */
    get: {
      parameters: {
        query?: { dpi?: number; format?: string };
        header?: never;
        path: { ceremony: string; document: string; page: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'image/png': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/documents/{document}/pages/{page}/text': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a page's text */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string; document: string; page: number };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PageTextView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/documents/{document}/{digest}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a revision's bytes, whole or by range */
    get: {
      parameters: {
        query?: never;
        header?: { Range?: string; 'If-None-Match'?: string };
        path: { ceremony: string; document: string; digest: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pdf': Blob | string } };
        206: { headers: { [name: string]: unknown }; content?: never };
        304: { headers: { [name: string]: unknown }; content?: never };
        416: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/events': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Follow where your envelope stands */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/event-stream': string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/handover': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Make a code with which to continue on another device */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['HandoverOutputBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/preview': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Preview your act */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyPreview'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/preview/{document}/pages/{page}/image': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Draw a page with your values */
    get: {
      parameters: {
        query?: { dpi?: number; format?: string };
        header?: never;
        path: { ceremony: string; document: string; page: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'image/png': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/sign': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Sign */
    post: {
      parameters: {
        query?: never;
        header: { 'Idempotency-Key': string };
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['SignBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyReceipt'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/values': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    /** Save drafts of your values */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['ValuesInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ceremonies/{ceremony}/viewed': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Record which revisions were shown */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { ceremony: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['ViewedInputBody'] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/certificates': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List the certificates of the organization's seal, newest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListCertificateView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/certificates/built-in': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Seal with the installation's own CA again */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CertificateView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/certificates/import': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Seal with a key and certificate from a PKCS#12 file */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['ImportInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CertificateView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/certificates/requests': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List keys that wait for a certificate */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListCertificateRequestView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    /** Make a key and a request (PKCS#10) for its certificate */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['CertificateRequestInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CertificateRequestView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/certificates/requests/{request}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Forget a request and its key */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { request: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/certificates/requests/{request}/certificate': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Seal with the certificate that was issued for a request */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { request: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['CompleteRequestInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CertificateView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List envelopes, newest first */
    get: {
      parameters: {
        query?: { cursor?: string; limit?: number; state?: ('draft' | 'preparing' | 'sent' | 'in_progress' | 'completed' | 'sealing' | 'sealed' | 'delivered' | 'declined' | 'voided' | 'expired')[] | null; group?: 'needs_me' | 'waiting' | 'done' | 'problem'; text?: string; mine?: boolean };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListEnvelopeSummary'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    /** Make a draft, or file a signed contract */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['NewEnvelopeBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/counts': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Count envelopes by state */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeCounts'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read an envelope */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    /** Delete a draft */
    delete: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    /** Change a draft */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['EnvelopeBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/certificate': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Download the completion certificate */
    get: {
      parameters: {
        query?: never;
        header?: { Range?: string; 'If-None-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pdf': Blob | string } };
        206: { headers: { [name: string]: unknown }; content?: never };
        304: { headers: { [name: string]: unknown }; content?: never };
        416: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/check': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List what stands in the way of sending */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeCheck'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/documents': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Add an upload to a draft */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string; 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['DocumentAddBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['DocumentView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/documents/{document}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    /** Put another upload in a document's place */
    put: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; document: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['DocumentAddBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['DocumentView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    post?: never;
    /** Take a document out of a draft */
    delete: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; document: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    /** Rename or move a document */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; document: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['DocumentChangeBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/documents/{document}/file': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Download a document */
    get: {
      parameters: {
        query?: { kind?: string };
        header?: { Range?: string; 'If-None-Match'?: string };
        path: { envelope: string; document: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pdf': Blob | string } };
        206: { headers: { [name: string]: unknown }; content?: never };
        304: { headers: { [name: string]: unknown }; content?: never };
        416: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/documents/{document}/pages/{page}/image': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Draw a page */
    get: {
      parameters: {
        query?: { dpi?: number; format?: string };
        header?: never;
        path: { envelope: string; document: string; page: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'image/png': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/documents/{document}/pages/{page}/text': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a page's text */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { envelope: string; document: string; page: number };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PageTextView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/events': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List an envelope's events, first to last */
    get: {
      parameters: {
        query?: { after?: number; limit?: number };
        header?: never;
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EventList'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/evidence': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Download the evidence bundle */
    get: {
      parameters: {
        query?: never;
        header?: { Range?: string; 'If-None-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/zip': Blob | string } };
        206: { headers: { [name: string]: unknown }; content?: never };
        304: { headers: { [name: string]: unknown }; content?: never };
        416: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/fields': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    /** Put a whole list in the place of a draft's fields */
    put: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['ReplaceFieldsInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    /** Place a field */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string; 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['FieldBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['FieldView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/fields/{field}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Take a field away */
    delete: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; field: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    /** Change a field */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; field: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['FieldBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['FieldView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/recipients': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Add a recipient to a draft */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string; 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['RecipientBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RecipientView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/recipients/{recipient}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Take a recipient out of a draft */
    delete: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; recipient: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    /** Change a recipient of a draft */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { envelope: string; recipient: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['RecipientBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RecipientView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/recipients/{recipient}/link': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Show a recipient's link */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { envelope: string; recipient: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RevealedLink'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/recipients/{recipient}/open': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Open your own sitting as a signed-in user */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { envelope: string; recipient: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CeremonyOpenedBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/recipients/{recipient}/resend': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Send a recipient's message again, with a new link */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string };
        path: { envelope: string; recipient: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ResentOutputBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/send': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Check a draft and send it */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string; 'If-Match'?: string };
        path: { envelope: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/envelopes/{envelope}/void': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Take an envelope back */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { envelope: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['VoidEnvelopeInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EnvelopeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List events in the order of the audit log */
    get: {
      parameters: {
        query?: { after?: number; limit?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['EventList'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events/stream': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Follow events as they happen */
    get: {
      parameters: {
        query?: { envelope?: string; last_event_id?: number };
        header?: { 'Last-Event-ID'?: number };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/event-stream': string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/field-types': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List the types of field */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['FieldTypesOutputBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/messages': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List messages, newest first */
    get: {
      parameters: {
        query?: { cursor?: string; limit?: number; envelope?: string; state?: 'queued' | 'sent' | 'kept' | 'failed' };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListMessageView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/messages/{message}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a message as it was or will be sent, its link masked */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { message: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['MessageContent'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/organizations': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List the organizations you belong to */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListOrganizationView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/organizations/{organization}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read your organization */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { organization: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OrganizationView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change your organization */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { organization: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['UpdateOrganizationInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OrganizationView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/renewals': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List sealed documents whose proof runs out */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListRenewalView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    /** Renew the proof of the documents that are due now */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RenewedOutputBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/roles': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read which role may do what */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RolesView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/samples/contract': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a sample agreement to try signing with */
    get: {
      parameters: {
        query?: { locale?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pdf': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/sessions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List your open sessions */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListSessionView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    /** Sign in with e-mail address and password */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['SignInPasswordInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SessionOpenedBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/sessions/current': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Sign out */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/sessions/exchange': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Sign in with a one-time link */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['SignInLinkInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SessionOpenedBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/sessions/{session}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** End one of your sessions */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { session: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/settings': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List settings with their schemas */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListSettingsView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/settings/{name}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read one group of settings */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { name: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': unknown } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    /** Replace one group of settings */
    put: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { name: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': unknown } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': unknown } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/uploads': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Upload a file whole */
    post: {
      parameters: {
        query?: { name?: string };
        header: { 'Idempotency-Key'?: string; 'Content-Disposition'?: string; 'Content-Length': number };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/pdf': Blob | string } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['UploadView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/uploads/resumable': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Begin a resumable upload (tus 1.0.0) */
    post: {
      parameters: {
        query?: never;
        header: { 'Idempotency-Key'?: string; 'Tus-Resumable': string; 'Upload-Length': number; 'Upload-Metadata'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        201: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    /** Ask what tus can do here */
    options: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/uploads/resumable/{upload}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** End a resumable upload */
    delete: {
      parameters: {
        query?: never;
        header: { 'Tus-Resumable': string };
        path: { upload: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    /** Ask for the offset of a resumable upload */
    head: {
      parameters: {
        query?: never;
        header: { 'Tus-Resumable': string };
        path: { upload: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    /** Continue a resumable upload */
    patch: {
      parameters: {
        query?: never;
        header: { 'Tus-Resumable': string; 'Upload-Offset': number };
        path: { upload: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/offset+octet-stream': Blob | string } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        409: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/uploads/{upload}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read how far an upload is */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { upload: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['UploadView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    /** Forget an unused upload */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { upload: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** List the organization's users */
    get: {
      parameters: {
        query?: { cursor?: string; limit?: number };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ListUserView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    /** Add a user */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['CreateUserInputBody'] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['UserView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/me': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read who you are and what you may do */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['MeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change your name or language */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['UpdateMeInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['MeView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/users/me/password': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    /** Set your password; other sessions end */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['PasswordInputBody'] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{user}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a user */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { user: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['UserView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change a user */
    patch: {
      parameters: {
        query?: never;
        header?: { 'If-Match'?: string };
        path: { user: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': components['schemas']['UpdateUserInputBody'] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['UserView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    trace?: never;
  };
  '/api/v1/users/{user}/sessions': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    /** End all sessions of a user */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { user: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{user}/sign-in-link': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Make a one-time sign-in link for a user */
    post: {
      parameters: {
        query?: never;
        header?: { 'Idempotency-Key'?: string };
        path: { user: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SignInLinkOutputBody'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/validations': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Validate the signatures of a PDF */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/pdf': Blob | string } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['VerificationView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/verifications': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Verify the signatures of a PDF without an account */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/pdf': Blob | string } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['VerificationView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read the state of each part */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['HealthView'] } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/livez': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Answer while the process lives */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/plain': string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read the Prometheus metrics */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/plain': string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/pki/ca/{file}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read an issuer's certificate */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { file: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pkix-cert': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/pki/crl/{file}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read a certificate revocation list */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { file: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pkix-crl': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/pki/ocsp/{issuer}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Ask whether a certificate is revoked */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { issuer: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/ocsp-request': Blob | string } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/ocsp-response': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/pki/ocsp/{issuer}/{request...}': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Ask whether a certificate is revoked, the request in the path */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { issuer: string; request: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/ocsp-response': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/pki/trust.pem': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Read the installation's root certificate */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/x-pem-file': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** Answer when calls can be served */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/plain': string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/tsa': {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    /** Ask for an RFC 3161 timestamp */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { 'application/timestamp-query': Blob | string } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/timestamp-reply': Blob | string } };
        default: { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] } };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    APIKeyCreatedBody: {
      api_key: components['schemas']['APIKeyView'];
      /** Shown this once */
      key: string;
    };
    APIKeyView: {
      created_at: string;
      expires_at?: string;
      /** The key's last four characters */
      hint: string;
      id: string;
      last_used_at?: string;
      name: string;
      permissions: string[];
      revoked_at?: string;
    };
    Actor: {
      id?: string;
      kind: string;
    };
    AuditView: {
      actor: components['schemas']['Actor'];
      at: string;
      envelope?: string;
      facts: unknown;
      hash: string;
      id: string;
      inclusion: components['schemas']['InclusionView'];
      operation: string;
      /** accepted, or the code of the problem with which it failed */
      outcome: string;
      personal?: unknown;
    };
    Branding: {
      color: string;
      display_name?: string;
      footer?: string;
      logo?: string;
      support_url?: string;
    };
    CeremonyDocument: {
      /** SHA-256 of the newest revision; its bytes are served at a URL that names it */
      digest: string;
      id: string;
      /** PAdES level that the sealed file reaches */
      level?: string;
      name: string;
      pages: components['schemas']['Page'][];
      /** Pages that are pictures without text */
      scanned_pages?: number;
      sealed: boolean;
      size: number;
      state: 'base' | 'sealing' | 'sealed';
      /** Says what its parts are: headings, lists, tables */
      tagged?: boolean;
    };
    CeremonyField: {
      /** Its form is FieldConfigs by field type */
      config: unknown;
      document: string;
      /** Full name of the upload's own field that this one takes over */
      existing?: string;
      height: number;
      id: string;
      mine: boolean;
      page: number;
      /** Absent: unassigned */
      recipient?: string;
      required: boolean;
      /** Filled in by the server */
      server_only: boolean;
      type: string;
      value?: unknown;
      width: number;
      x: number;
      y: number;
    };
    CeremonyOpenedBody: {
      ceremony: string;
      expires_at: string;
    };
    CeremonyPreview: {
      documents: components['schemas']['CeremonyPreviewDocument'][];
      /** Digest of what you entered: send it with the act, and it is refused where something else was entered meanwhile */
      entries: string;
    };
    CeremonyPreviewDocument: {
      /** Of the revision that the act would make */
      digest: string;
      document: string;
      /** Pages with fields of the recipient */
      pages: number[];
      /** Send this digest with the act */
      reviewed: string;
    };
    CeremonyProgress: {
      documents: components['schemas']['CeremonyStep'][];
      recipient_state: string;
      state: string;
    };
    CeremonyReceipt: {
      act: string;
      /** Everybody has signed */
      completed: boolean;
      documents: components['schemas']['ReviewedDocument'][];
      done_at: string;
    };
    CeremonyStep: {
      id: string;
      level?: string;
      state: 'base' | 'sealing' | 'sealed';
    };
    CeremonyTold: {
      /** How many other recipients */
      others: number;
      sender: boolean;
    };
    CeremonyView: {
      /** Name of the member of staff who sent it; absent where a program did */
      asked_by?: string;
      documents: components['schemas']['CeremonyDocument'][];
      done_at?: string;
      email: string;
      envelope: string;
      expires_at?: string;
      fields: components['schemas']['CeremonyField'][];
      locale: string;
      /** Sealed copies go out by e-mail; otherwise they are to be fetched here */
      mailed: boolean;
      /** Values can be saved and the act performed */
      may_act: boolean;
      message: string;
      method: string;
      name: string;
      needs_consent: boolean;
      recipient: string;
      recipient_state: string;
      role: string;
      /** The organization */
      sender: string;
      signers_done: number;
      signers_total: number;
      state: string;
      tells_on_decline: components['schemas']['CeremonyTold'];
      title: string;
      /** Somebody else has to sign before anything happens for this recipient */
      waits_for_others: boolean;
    };
    Certificate: {
      issuer: string;
      not_after: string;
      not_before: string;
      serial: string;
      sha256: string;
      subject: string;
    };
    CertificateRequestInputBody: {
      algorithm: 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096';
      common_name: string;
      /** ISO 3166-1, two capital letters */
      country?: string;
      locality?: string;
      organization?: string;
      organizational_unit?: string;
    };
    CertificateRequestView: {
      algorithm: string;
      created_at: string;
      id: string;
      /** PKCS#10, to hand to a CA */
      pem: string;
      subject: string;
    };
    CertificateView: {
      algorithm: string;
      /** Root under which it stands */
      anchor: string;
      current: boolean;
      issuer: string;
      key: string;
      not_after: string;
      not_before: string;
      /** The certificate and its issuers, leaf first */
      pem: string;
      /** Hexadecimal */
      serial: string;
      sha256: string;
      /** issued: by the installation's own CA, which renews it by itself */
      source: 'issued' | 'imported';
      subject: string;
    };
    ChannelsView: {
      /** A mail server is configured; without one messages are kept to be read here */
      email: boolean;
    };
    CheckboxConfig: {
      /** At first */
      checked?: boolean;
      label?: string;
    };
    CheckpointView: {
      at: string;
      /** The signed note (C2SP tlog-checkpoint) */
      note: string;
      root: string;
      size: number;
    };
    CompleteRequestInputBody: {
      /** PEM: the certificate that was issued, and its issuers up to the root, in any order */
      certificates: string;
    };
    ConsentBody: {
      hash: string;
      locale: string;
      version: string;
    };
    ConsistencyView: {
      from: number;
      hashes: string[];
      to: number;
    };
    CreateAPIKeyInputBody: {
      expires_at?: string;
      name: string;
      permissions: string[];
    };
    CreateUserInputBody: {
      email: string;
      locale?: string;
      name: string;
      role: 'sender' | 'operator' | 'admin' | 'auditor';
    };
    DateConfig: {
      align?: 'left' | 'center' | 'right';
      format?: 'date' | 'datetime' | 'dotted' | 'slashed' | 'long';
      /** Type size, points */
      size?: number;
    };
    DeclineInputBody: {
      reason: string;
    };
    DeliveryView: {
      /** When it left, or was queued */
      at: string;
      channel: string;
      /** Why it has not left, or never will */
      error?: string;
      message: string;
      /** kept: no mail server is configured; hand the link over */
      state: 'queued' | 'sent' | 'kept' | 'failed';
      template: string;
    };
    Disclosure: {
      agree: string;
      hash: string;
      locale: string;
      sections: components['schemas']['Section'][] | null;
      title: string;
      version: string;
    };
    DocumentAddBody: {
      /** Empty: the upload's own */
      name?: string;
      upload: string;
    };
    DocumentChangeBody: {
      name?: string;
      position?: number;
    };
    DocumentView: {
      /** DocMDP permission of a certified upload */
      certified?: number;
      /** Form fields that the upload brought along */
      form_fields: components['schemas']['FormField'][];
      id: string;
      /** Achieved, computed from the sealed bytes */
      level?: string;
      name: string;
      next_try?: string;
      page_count: number;
      pages: components['schemas']['Page'][];
      position: number;
      /** When the first thing that the proof of a sealed document rests on runs out; renewed before */
      proof_until?: string;
      /** What was dropped or flattened when the upload was taken in */
      removed: unknown;
      /** Number of the newest revision */
      revision: number;
      /** Pages that are pictures without text */
      scanned_pages?: number;
      /** An earlier signature forbids every further change: nobody can sign it any more */
      shut?: boolean;
      /** Came with signatures: its bytes are only ever added to */
      signed_upload: boolean;
      /** Why the seal waits */
      stalled?: string;
      state: 'base' | 'sealing' | 'sealed';
      /** Says what its parts are: headings, lists, tables */
      tagged?: boolean;
    };
    DropdownConfig: {
      align?: 'left' | 'center' | 'right';
      label?: string;
      options: string[] | null;
      /** Type size, points */
      size?: number;
    };
    EnvelopeBody: {
      expires_at?: string;
      /** PAdES level of the seals; the organization's own choice where it is left out */
      level?: 'B-T' | 'B-LT' | 'B-LTA';
      /** BCP 47 */
      locale?: string;
      message?: string;
      ordered?: boolean;
      /** Recipients see it as the subject */
      title?: string;
    };
    EnvelopeCheck: {
      faults: components['schemas']['Field'][];
      ready: boolean;
      /** What to know before sending: same_address, scanned, untagged, choice_too_long */
      warnings: components['schemas']['Field'][];
    };
    EnvelopeCounts: {
      done: number;
      draft: number;
      /** Drafts, envelopes that a recipient declined, and those that wait for the caller's own signature */
      needs_me: number;
      /** Declined, voided, expired; and those with an invitation that failed or a seal that has to wait */
      problem: number;
      states: { [key: string]: number };
      waiting: number;
    };
    EnvelopeSummary: {
      completed_at?: string;
      created_at: string;
      expires_at?: string;
      id: string;
      /** PAdES level asked for */
      level: string;
      locale: string;
      /** Recipients act in order; otherwise all at once */
      ordered: boolean;
      sealed_at?: string;
      sender: components['schemas']['Actor'];
      sent_at?: string;
      signers_done: number;
      signers_total: number;
      state: 'draft' | 'preparing' | 'sent' | 'in_progress' | 'completed' | 'sealing' | 'sealed' | 'delivered' | 'declined' | 'voided' | 'expired';
      title: string;
      updated_at: string;
      /** What the ETag holds */
      version: number;
    };
    EnvelopeView: {
      completed_at?: string;
      created_at: string;
      documents: components['schemas']['DocumentView'][];
      expires_at?: string;
      fields: components['schemas']['FieldView'][];
      id: string;
      /** PAdES level asked for */
      level: string;
      locale: string;
      message: string;
      /** Recipients act in order; otherwise all at once */
      ordered: boolean;
      /** Why it was voided or declined, or could not be prepared */
      reason?: string;
      recipients: components['schemas']['RecipientView'][];
      sealed_at?: string;
      sender: components['schemas']['Actor'];
      sent_at?: string;
      signers_done: number;
      signers_total: number;
      state: 'draft' | 'preparing' | 'sent' | 'in_progress' | 'completed' | 'sealing' | 'sealed' | 'delivered' | 'declined' | 'voided' | 'expired';
      title: string;
      updated_at: string;
      /** What the ETag holds */
      version: number;
    };
    EventList: {
      items: components['schemas']['EventView'][];
      /** after of the next page; absent on the last one */
      next?: number;
    };
    EventView: {
      actor: components['schemas']['Actor'];
      at: string;
      envelope: string;
      /** What happened, without personal data */
      facts: unknown;
      hash: string;
      /** Place in the audit log; null for the second before it is sequenced */
      index: number | null;
      /** Addresses and the like; in an envelope's own list only */
      personal?: unknown;
      /** Hash of the event before */
      prev: string;
      /** Number in the envelope's chain, from 1, without gaps */
      seq: number;
      type: string;
    };
    FaultyField: {
      code: string;
      detail?: string;
      /** RFC 6901 pointer into the body, or query/NAME, path/NAME, header/NAME */
      pointer: string;
    };
    Field: {
      code: string;
      detail?: string;
      pointer: string;
    };
    FieldBody: {
      /** Its form is FieldConfigs by field type */
      config?: unknown;
      document?: string;
      existing?: string;
      height?: number;
      page?: number;
      /** Empty: unassigned */
      recipient?: string;
      required?: boolean;
      type?: string;
      width?: number;
      x?: number;
      y?: number;
    };
    FieldConfigs: {
      checkbox: components['schemas']['CheckboxConfig'];
      datesigned: components['schemas']['DateConfig'];
      dropdown: components['schemas']['DropdownConfig'];
      email: components['schemas']['LineConfig'];
      fullname: components['schemas']['LineConfig'];
      initials: components['schemas']['MarkConfig'];
      signature: components['schemas']['MarkConfig'];
      text: components['schemas']['TextConfig'];
    };
    FieldPositionBody: {
      /** Its form is FieldConfigs by field type */
      config?: unknown;
      document?: string;
      /** 1, 2, ... in documents */
      document_position?: number;
      existing?: string;
      height?: number;
      page?: number;
      /** Empty: unassigned */
      recipient?: string;
      /** 1, 2, ... in recipients */
      recipient_position?: number;
      required?: boolean;
      type?: string;
      width?: number;
      x?: number;
      y?: number;
    };
    FieldTypeView: {
      name: string;
      schema: unknown;
      /** Filled in by the server */
      server_only: boolean;
      /** Filling it in is the act of signing */
      signs: boolean;
    };
    FieldTypesOutputBody: {
      items: components['schemas']['FieldTypeView'][];
    };
    FieldValues: {
      checkbox: boolean;
      /** Filled in by the server */
      datesigned: string;
      /** One of the field's options, or empty */
      dropdown: string;
      email: string;
      fullname: string;
      initials: components['schemas']['MarkValue'];
      signature: components['schemas']['MarkValue'];
      text: string;
    };
    FieldView: {
      /** Its form is FieldConfigs by field type */
      config: unknown;
      document: string;
      /** Full name of the upload's own field that this one takes over */
      existing?: string;
      height: number;
      id: string;
      page: number;
      /** Absent: unassigned */
      recipient?: string;
      required: boolean;
      type: string;
      width: number;
      x: number;
      y: number;
    };
    FormField: {
      empty: boolean;
      name: string;
      page: number;
      rect: number[] | null;
      type: string;
      value?: string;
    };
    GlanceOutputBody: {
      locale: string;
      sender: string;
      title: string;
      usable: boolean;
    };
    HandoverOutputBody: {
      code: string;
      expires_at: string;
      qr: components['schemas']['QRView'];
      /** Where the other device continues */
      url: string;
    };
    HealthPart: {
      code?: string;
      name: string;
      status: 'ok' | 'failing';
    };
    HealthView: {
      parts: components['schemas']['HealthPart'][];
      status: 'ok' | 'failing';
      version: string;
    };
    ImportInputBody: {
      /** Of the file; it is not kept */
      password: string;
      /** The file (.p12, .pfx), base64 */
      pkcs12: string;
    };
    Inclusion: {
      checkpoint: string;
      hashes: string[] | null;
      index: number;
      size: number;
    };
    InclusionView: {
      index?: number;
      /** Of the signed checkpoint that covers it */
      size?: number;
      state: 'pending' | 'included';
    };
    LineConfig: {
      align?: 'left' | 'center' | 'right';
      /** Type size, points */
      size?: number;
    };
    ListAPIKeyView: {
      items: components['schemas']['APIKeyView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListAuditView: {
      items: components['schemas']['AuditView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListCertificateRequestView: {
      items: components['schemas']['CertificateRequestView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListCertificateView: {
      items: components['schemas']['CertificateView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListEnvelopeSummary: {
      items: components['schemas']['EnvelopeSummary'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListMessageView: {
      items: components['schemas']['MessageView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListOrganizationView: {
      items: components['schemas']['OrganizationView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListRenewalView: {
      items: components['schemas']['RenewalView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListSessionView: {
      items: components['schemas']['SessionView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListSettingsView: {
      items: components['schemas']['SettingsView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    ListUserView: {
      items: components['schemas']['UserView'][];
      /** cursor of the next page; absent on the last one */
      next?: string;
    };
    MarkConfig: {
      /** Ways to sign; absent: all */
      kinds?: ('typed' | 'drawn' | 'image')[] | null;
      /** Print name and date below */
      note?: boolean;
    };
    MarkValue: {
      /** image: PNG or JPEG */
      image?: string;
      kind: 'typed' | 'drawn' | 'image';
      /** drawn: lists of points x, y, y downwards, in any unit */
      strokes?: ((number[] | null)[] | null)[];
      /** typed: the server draws it */
      text?: string;
    };
    MeView: {
      channels: components['schemas']['ChannelsView'];
      /** The user's language; the organization's where they chose none */
      locale: string;
      organization: string;
      organization_name: string;
      permissions: string[];
      /** The organization's, as the IANA database names it */
      time_zone: string;
      user: components['schemas']['UserView'];
      /** Of the product */
      version: string;
    };
    Message: {
      code: string;
      text: string;
    };
    MessageContent: {
      attempts: number;
      channel: string;
      created_at: string;
      envelope: string;
      error?: string;
      html: string;
      id: string;
      locale: string;
      message_id: string;
      /** Absent: the message is for the user who sent the envelope */
      recipient?: string;
      sent_at?: string;
      /** kept: no mail server is configured, read it here */
      state: 'queued' | 'sent' | 'kept' | 'failed';
      subject: string;
      template: string;
      text: string;
      /** Of the envelope */
      title: string;
      /** Empty as long as a message for the sender is queued: their address is read when it leaves */
      to: string;
    };
    MessageView: {
      attempts: number;
      channel: string;
      created_at: string;
      envelope: string;
      error?: string;
      id: string;
      locale: string;
      /** Absent: the message is for the user who sent the envelope */
      recipient?: string;
      sent_at?: string;
      /** kept: no mail server is configured, read it here */
      state: 'queued' | 'sent' | 'kept' | 'failed';
      template: string;
      /** Of the envelope */
      title: string;
      /** Empty as long as a message for the sender is queued: their address is read when it leaves */
      to: string;
    };
    NewEnvelopeBody: {
      documents?: components['schemas']['DocumentAddBody'][] | null;
      expires_at?: string;
      fields?: components['schemas']['FieldPositionBody'][] | null;
      /** record: documents that are signed already; the envelope is born sealed */
      kind?: 'signing' | 'record';
      /** PAdES level of the seals; the organization's own choice where it is left out */
      level?: 'B-T' | 'B-LT' | 'B-LTA';
      /** BCP 47 */
      locale?: string;
      message?: string;
      ordered?: boolean;
      recipients?: components['schemas']['RecipientBody'][] | null;
      /** Recipients see it as the subject */
      title?: string;
    };
    OrganizationView: {
      created_at: string;
      id: string;
      locale: string;
      name: string;
      time_zone: string;
    };
    Origin: {
      /** The sealed file: everybody who was asked has signed. Otherwise a stage on the way there */
      complete: boolean;
      sealed_at?: string;
      /** Of its envelope now */
      signers_done: number;
      signers_total: number;
      /** Of its envelope now */
      state: string;
    };
    Page: {
      crop: number[] | null;
      height: number;
      rotate: number;
      width: number;
    };
    PageTextView: {
      /** In reading order, places in points from the lower left corner of the unrotated crop box */
      runs: components['schemas']['Run'][];
    };
    PasswordInputBody: {
      current?: string;
      password: string;
    };
    Problem: {
      /** Stable; programs may rely on it */
      code: string;
      detail?: string;
      errors?: components['schemas']['FaultyField'][] | null;
      status: number;
      title: string;
      /** Always about:blank; the code tells what happened */
      type: string;
    };
    QRView: {
      /** SVG path data of the dark modules */
      path: string;
      /** Modules on a side, the quiet zone of four on each side included */
      size: number;
    };
    RecipientBody: {
      email?: string;
      locale?: string;
      method?: string;
      name?: string;
      order?: number;
      phone?: string;
      role?: 'signer' | 'viewer' | 'copy';
    };
    RecipientView: {
      consented_at?: string;
      /** Of the newest message to this recipient */
      delivery?: components['schemas']['DeliveryView'];
      done_at?: string;
      email: string;
      id: string;
      locale?: string;
      method: string;
      name: string;
      notified_at?: string;
      opened_at?: string;
      order: number;
      phone?: string;
      /** Why they refused */
      reason?: string;
      role: 'signer' | 'viewer' | 'copy';
      state: 'waiting' | 'notified' | 'opened' | 'consented' | 'done' | 'declined';
    };
    RenewalView: {
      document: string;
      envelope: string;
      /** Achieved */
      level: string;
      /** Absent: with the next round */
      next_try?: string;
      /** When the first thing that its proof rests on runs out; absent where nobody has looked yet */
      proof_until?: string;
      /** Why an earlier try failed */
      reason?: string;
    };
    RenewedOutputBody: {
      /** Documents whose renewal was queued; those that were put off are among them */
      queued: number;
    };
    ReplaceFieldsInputBody: {
      fields: components['schemas']['FieldBody'][];
    };
    ResentOutputBody: {
      /** The message that was queued */
      message: string;
    };
    RevealedLink: {
      expires_at: string;
      qr: components['schemas']['QRView'];
      url: string;
    };
    ReviewedDocument: {
      base: string;
      document: string;
      reviewed: string;
      revision: number;
      sha256: string;
    };
    RoleView: {
      permissions: string[];
      role: string;
    };
    RolesView: {
      /** Every permission there is, in a fixed order */
      permissions: string[];
      roles: components['schemas']['RoleView'][];
    };
    Run: {
      h: number;
      size: number;
      text: string;
      w: number;
      x: number;
      y: number;
    };
    Section: {
      heading: string;
      text: string;
    };
    SessionOpenedBody: {
      expires_at: string;
      session: string;
      user: string;
    };
    SessionView: {
      address: string;
      created_at: string;
      current: boolean;
      expires_at: string;
      id: string;
      last_seen_at: string;
      user_agent: string;
    };
    SettingsView: {
      name: string;
      /** JSON Schema from which a form can be drawn */
      schema: unknown;
      title: string;
      value: unknown;
    };
    SignBody: {
      /** From the preview: what was shown is what is signed */
      entries?: string;
      /** Digest of the reviewed revision, by document */
      reviewed: { [key: string]: string };
      /** Values that were not saved before, by field; their forms are FieldValues by field type */
      values?: { [key: string]: unknown };
    };
    SignInLinkInputBody: {
      /** What stands after # in the sign-in link */
      token: string;
    };
    SignInLinkOutputBody: {
      expires_at: string;
      link: string;
      qr: components['schemas']['QRView'];
    };
    SignInPasswordInputBody: {
      email: string;
      password: string;
    };
    Signature: {
      certificate?: components['schemas']['Certificate'];
      coverage: string;
      errors: components['schemas']['Message'][];
      field: string;
      format: string;
      indication: string;
      intact: boolean;
      level: string;
      signing_time?: string;
      sub_indication?: string;
      timestamps: components['schemas']['Timestamp'][];
      warnings: components['schemas']['Message'][];
    };
    TakeoverInputBody: {
      code: string;
    };
    TextConfig: {
      align?: 'left' | 'center' | 'right';
      label?: string;
      max_length?: number;
      multiline?: boolean;
      /** RE2 */
      pattern?: string;
      /** Type size, points */
      size?: number;
    };
    Timestamp: {
      certificate?: components['schemas']['Certificate'];
      field?: string;
      kind: string;
      time: string;
      valid: boolean;
    };
    TokenInputBody: {
      /** What stands after /s/ in the link */
      token: string;
    };
    UpdateMeInputBody: {
      /** BCP 47 */
      locale?: string;
      name?: string;
    };
    UpdateOrganizationInputBody: {
      locale?: string;
      name?: string;
      time_zone?: string;
    };
    UpdateUserInputBody: {
      disabled?: boolean;
      locale?: string;
      name?: string;
      role?: 'sender' | 'operator' | 'admin' | 'auditor';
    };
    UploadView: {
      complete: boolean;
      created_at: string;
      expires_at: string;
      id: string;
      name: string;
      /** Bytes so far */
      received: number;
      /** Announced, bytes */
      size: number;
    };
    UserView: {
      created_at: string;
      disabled: boolean;
      email: string;
      has_password: boolean;
      id: string;
      locale: string;
      name: string;
      role: string;
    };
    ValuesInputBody: {
      /** By field; null clears. Their forms are FieldValues by field type */
      values: { [key: string]: unknown };
    };
    VerificationView: {
      /** The moment for which this was judged */
      at: string;
      document_timestamps: components['schemas']['Timestamp'][];
      /** What is known here of this very file; absent where nothing is */
      origin?: components['schemas']['Origin'];
      /** Of the file, hexadecimal */
      sha256: string;
      signatures: components['schemas']['Signature'][];
      size: number;
    };
    ViewedInputBody: {
      /** Digest of the revision that was shown, by document */
      documents: { [key: string]: string };
    };
    VoidEnvelopeInputBody: {
      /** Recipients are told */
      reason: string;
    };
  };
}
export type Schemas = components['schemas'];
