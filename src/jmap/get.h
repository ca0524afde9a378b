/*
 * get.h - Foo/get for any type (RFC 8620 5.1)
 */
#pragma once

#include "jmap/arguments.h"

struct get {
	struct call *call;
	json_t *properties; /* array of the names asked for, each once; or NULL: all by
			       default */
	json_t *ids;        /* array, or NULL: all */
	json_t *list, *not_found; /* filled by get_type.read */
};

/* How far a get has come whose objects take long. In the method's state: zeroed first. */
struct get_progress {
	uint64_t state; /* before anything was read */
	size_t next;    /* of ids */
	json_t *all;    /* the ids, where none were given but get_type.all_ids has them */
	json_t *list, *not_found;
	json_t *seen; /* a member for each id that was read */
};
void get_progress_done(struct get_progress *p);

struct get_type {
	const char *const *properties;        /* that there are; ends with NULL */
	bool (*allows)(const char *property); /* further ones ("header:..."), or NULL */
	const char *const *hidden; /* that are never told; ends with NULL; or NULL */
	/* NULL: of no account (RFC 8620 7.2.1): there are no "accountId" and "state". */
	enum err (*state)(struct call *c, struct account *a, uint64_t *ret);
	/* Appends the object of this id to g->list, or the id to g->not_found. */
	enum err (*read)(struct get *g, struct account *a, const char *id);
	/* Appends all there are. NULL, and so is the next: ids must be given
	 * (requestTooLarge otherwise). */
	enum err (*read_all)(struct get *g, struct account *a);
	/* In its place: appends the ids of all there are, and no more than one past
	 * JMAP_GET_MAX; each is then read as if it had been given. */
	enum err (*all_ids)(struct call *c, struct account *a, json_t *ids);
	const char *const *further; /* arguments besides the standard ones; ends with
				       NULL; or NULL */
	/* NULL: all ids are read in one slice (base/job.h). */
	struct get_progress *(*progress)(struct call *c);
};

/* The whole of a method's run. Checks, reads each id once, and answers. */
enum err get_run(struct call *c, struct account *a, const struct get_type *type);
/* Whether that property is to be in the object; "id" always is. */
bool get_wants(const struct get *g, const char *property);
