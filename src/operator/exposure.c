#include "operator/exposure.h"

#include <sys/stat.h>

#include "base/log.h"

struct search {
	struct exposure *found;
	size_t count;
};

/* What is not there is told elsewhere. */
static void look_at(struct search *s, slice path, const char *mend)
{
	struct stat st;

	if (s->count == EXPOSURES_MAX || path.n == 0 || stat(path.p, &st) != 0 ||
	    !(st.st_mode & S_IRWXO))
		return;
	s->found[s->count++] = (struct exposure){ path, mend };
}

static bool has_password(const struct config *c)
{
	for (uint32_t i = 0; i < c->route_count; i++)
		if (c->routes[i].auth.n) return true;
	return c->oauth_client.n > 0;
}

size_t exposures_find(const struct config *c, const char *config_path,
		      struct exposure ret[static EXPOSURES_MAX])
{
	struct search s = { .found = ret };

	look_at(&s, c->data, "chmod go=");
	look_at(&s, c->tls_key, "chmod o=");
	for (uint32_t i = 0; i < c->certificate_count; i++)
		look_at(&s, c->certificates[i].key, "chmod o=");
	if (has_password(c)) look_at(&s, slice_of(config_path), "chmod o=");
	return s.count;
}

void exposures_log(const struct config *c, const char *config_path)
{
	struct exposure found[EXPOSURES_MAX];
	size_t n = exposures_find(c, config_path, found);

	for (size_t i = 0; i < n; i++)
		log_event(LOG_WARNING, "file.exposed", LOG_STR("file", found[i].path),
			  LOG_TEXT_OF("why", "others may read it"),
			  LOG_TEXT_OF("mend", found[i].mend));
}
