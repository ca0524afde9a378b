#include "operator/exposure.h"

#include <sys/stat.h>

#include "base/log.h"

struct search {
	struct exposure *found;
	size_t count;
};

/* Who may only pass through a folder reads what lies in it, where its own mode lets
 * everybody; who may only run or write a file does not read it. */
static bool is_exposed(mode_t mode)
{
	return mode & (S_ISDIR(mode) ? S_IROTH | S_IXOTH : S_IROTH);
}

/* What is not there is told elsewhere. */
static void look_at(struct search *s, slice path, const char *mend)
{
	struct stat st;

	if (path.n == 0 || stat(path.p, &st) != 0 || !is_exposed(st.st_mode)) return;
	if (s->count < EXPOSURES_MAX)
		s->found[s->count] = (struct exposure){ path, mend };
	s->count++;
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

	for (size_t i = 0; i < n && i < EXPOSURES_MAX; i++)
		log_event(LOG_WARNING, "file.exposed", LOG_STR("file", found[i].path),
			  LOG_TEXT_OF("why", "others may read it"),
			  LOG_TEXT_OF("mend", found[i].mend));
	if (n > EXPOSURES_MAX)
		log_event(LOG_WARNING, "file.more-exposed",
			  LOG_INT("count", (int64_t)(n - EXPOSURES_MAX)));
}
