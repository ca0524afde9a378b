/*
 * identity.h - the Identities a user sends as (RFC 8621 6)
 *
 * Each is a document (store/document.h): JSON with the properties that a client may set.
 * The first one of the user's own address cannot be destroyed, and is made when a client
 * first looks.
 */
#pragma once

#include "jmap/arguments.h"
#include "store/document.h"

enum { IDENTITY_ARENA = 2 * DOCUMENT_MAX };

/* ERR_NOT_FOUND: it was not made yet. */
enum err identity_find_own(const struct call *c, struct account *a, int64_t *ret_id);
enum err identity_make_own(const struct call *c, struct account *a);
/* All properties, from a document; "mayDelete" is false for own. */
json_t *identity_json(const struct call *c, int64_t id, slice document, int64_t own);
/* ERR_NOT_FOUND. */
enum err identity_read(const struct call *c, struct account *a, int64_t id, json_t **ret);

/* Their names, "id" left out; ends with NULL. */
extern const char *const identity_properties[];
/* A new object with all defaults, but no email. */
json_t *identity_defaults(void);
