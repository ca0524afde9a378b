/*
 * set.h - Foo/set for any type (RFC 8620 5.3)
 *
 * Creates, then updates, then destroys, each on its own: what fails is told in
 * notCreated, notUpdated or notDestroyed, and has changed nothing.
 */
#pragma once

#include "jmap/arguments.h"

/* What became of one object. */
struct set_outcome {
	const char *error;     /* SetError's type, a literal; NULL: it went well */
	char description[200]; /* for people; may be empty */
	json_t *properties;    /* those at fault: an array, or NULL; stolen */
	json_t *object;        /* created: the properties that the server has set, "id"
				  among them; updated: those that differ from what was
				  asked, or NULL; stolen */
	json_t *further;       /* more members of the SetError ("existingId"), or NULL */
};

/* Fills in an error; property may be NULL. Returns ERR_NONE, for `return
 * set_refuse(...)`.
 */
enum err set_refuse(struct set_outcome *o, const char *error, const char *property,
		    const char *description);

struct set_type {
	const char *const *further; /* arguments besides the standard ones, as in get.h */
	/* NULL: of no account (RFC 8620 7.2.2): there are no "accountId" and states. */
	enum err (*state)(struct call *c, struct account *a, uint64_t *ret);
	/* name: the creation id, without "#". Any may be NULL: forbidden. */
	enum err (*create)(struct call *c, struct account *a, const char *name,
			   json_t *object, struct set_outcome *o);
	/* patch: a PatchObject (RFC 8620 5.3), whose paths are whole properties or
	 * "property/key". */
	enum err (*update)(struct call *c, struct account *a, const char *id,
			   json_t *patch, struct set_outcome *o);
	enum err (*destroy)(struct call *c, struct account *a, const char *id,
			    struct set_outcome *o);
	/* Objects may stand in each other's way (names that must differ, children before
	 * their parents): what fails is tried again after the others (RFC 8620 5.3). */
	bool tries_again;
	/* Called once before, and once after all; may be NULL. */
	enum err (*begin)(struct call *c, struct account *a);
	enum err (*end)(struct call *c, struct account *a, json_t *response);
};

/* What set_run checks before it does anything: the arguments, and ifInState. For who has
 * to know that before; the call has failed where something is wrong. */
enum err set_check(struct call *c, struct account *a, const struct set_type *type);
/* The whole of a method's writing run. */
enum err set_run(struct call *c, struct account *a, const struct set_type *type);

/* Applies a patch to a copy of object: what update has to make true. NULL, with an
 * outcome, when a path leads nowhere (invalidPatch). */
json_t *set_patched(const json_t *object, const json_t *patch, struct set_outcome *o);
