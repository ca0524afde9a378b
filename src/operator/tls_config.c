#include "operator/tls_config.h"

#include <assert.h>
#include <stdlib.h>

bool tls_load_config(struct tls *t, const struct config *c, struct buf *fault)
{
	size_t count = 1 + (size_t)c->certificate_count;
	struct tls_source *sources = calloc(count, sizeof(*sources));

	assert(sources);
	sources[0] = (struct tls_source){ .certificate_file = c->tls_certificate.p,
					  .key_file = c->tls_key.p };
	for (size_t i = 1; i < count; i++) {
		const struct certificate_config *one = &c->certificates[i - 1];

		sources[i] = (struct tls_source){ .certificate_file = one->file.p,
						  .key_file = one->key.p };
	}
	bool good = tls_load(t, sources, count, NULL, fault);
	free(sources);
	return good;
}
