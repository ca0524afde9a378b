#include "store/directory.h"

#include <assert.h>
#include <stdlib.h>

#include "store/directory_private.h"
#include "store/directory_schema.h"
#include "store/store_private.h"

static const struct db_schema schema = { directory_steps, countof(directory_steps) };

enum err directory_open(struct store *s, struct directory_file **ret)
{
	struct directory_file *f = calloc(1, sizeof(*f));
	enum err e;

	assert(f);
	pthread_mutex_init(&f->changing, NULL);
	pthread_mutex_init(&f->showing, NULL);
	e = store_open_database(s, "directory.db", &schema, &f->db);
	if (!e) e = directory_load_numbers(f->db, &f->change, &f->next_id);
	if (!e) e = directory_load(f->db, &f->current);
	if (!e) e = directory_count_shares(f);
	if (e)
		directory_close(f);
	else
		*ret = f;
	return e;
}

void directory_close(struct directory_file *f)
{
	if (!f) return;
	directory_write_states(f);
	db_close(f->db);
	if (f->current) directory_put(f->current);
	pthread_mutex_destroy(&f->changing);
	pthread_mutex_destroy(&f->showing);
	free(f);
}

const struct directory *directory_get(struct store *s)
{
	struct directory_file *f = s->directory;
	struct directory *d;

	pthread_mutex_lock(&f->showing);
	d = f->current;
	atomic_fetch_add_explicit(&d->owners, 1, memory_order_relaxed);
	pthread_mutex_unlock(&f->showing);
	return d;
}
