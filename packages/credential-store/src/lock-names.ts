/** The lock that every writer of the journal takes. */
export const WRITER_LOCK = 'writer.lock'

/** The lock that every writer of the well-known files takes. */
export const DOCUMENTS_LOCK = 'documents.lock'
