/**
 * What schemathesis judges each answer by. Not among them, and why:
 * positive_data_acceptance, for the document cannot say that a bank has to exist, an amount to be there, a day to be over:
 * what fits the schema and breaks such a rule is rightly refused by 400 or 422.
 * object_level_authorization, for the table in test/access asserts it cell by cell, by ids known to be somebody else's.
 */
export const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'allow_header_conformance',
  'use_after_free',
  'ensure_resource_availability',
  'ignored_auth',
] as const

/** Not called with a token, and why. */
export const EXCLUDED = [
  // Ends the session that all other calls are made in; test/identity/sign-in.api.test.ts and test/access call it.
  'deleteAuthorization',
] as const
