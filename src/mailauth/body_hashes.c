#include "mailauth/body_hashes.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/evp.h>

struct wish {
	enum canon canon;
	int64_t length; /* or BODY_WHOLE */
	uint64_t left;  /* octets that may still go into the hash */
	EVP_MD_CTX *context;
	struct body_hash hash;
};

struct body_hashes {
	struct wish wishes[BODY_HASHES_MAX];
	int count;
	bool finished;
	struct form { /* one for each enum canon */
		struct body_hashes *owner;
		bool wanted;
		uint64_t octets;
		struct body_canon canon;
	} forms[2];
};

/* Gets the canonical body. */
static void hash_octets(void *to, slice octets)
{
	struct form *form = to;
	struct body_hashes *h = form->owner;

	form->octets += octets.n;
	for (int i = 0; i < h->count; i++) {
		struct wish *w = &h->wishes[i];
		slice part = slice_head(octets, w->left);

		if (w->canon != form->canon.canon) continue;
		w->left -= part.n;
		EVP_DigestUpdate(w->context, part.p, part.n);
	}
}

struct body_hashes *body_hashes_new(void)
{
	struct body_hashes *h = calloc(1, sizeof(*h));

	assert(h);
	for (size_t i = 0; i < countof(h->forms); i++) {
		h->forms[i].owner = h;
		body_canon_init(&h->forms[i].canon, (enum canon)i, hash_octets,
				&h->forms[i]);
	}
	return h;
}

void body_hashes_free(struct body_hashes *h)
{
	if (!h) return;
	for (int i = 0; i < h->count; i++)
		EVP_MD_CTX_free(h->wishes[i].context);
	free(h);
}

static int find_wish(const struct body_hashes *h, enum canon canon, int64_t length)
{
	for (int i = 0; i < h->count; i++)
		if (h->wishes[i].canon == canon && h->wishes[i].length == length)
			return i;
	return -1;
}

int body_hashes_want(struct body_hashes *h, enum canon canon, int64_t length)
{
	int place = find_wish(h, canon, length);
	struct wish *w;

	if (place >= 0 || h->count == BODY_HASHES_MAX) return place;
	w = &h->wishes[h->count];
	*w = (struct wish){ .canon = canon,
			    .length = length,
			    .left = length == BODY_WHOLE ? UINT64_MAX : (uint64_t)length,
			    .context = EVP_MD_CTX_new() };
	assert(w->context);
	EVP_DigestInit_ex(w->context, EVP_sha256(), NULL);
	h->forms[canon].wanted = true;
	return h->count++;
}

void body_hashes_feed(struct body_hashes *h, slice octets)
{
	for (size_t i = 0; i < countof(h->forms); i++)
		if (h->forms[i].wanted) body_canon_feed(&h->forms[i].canon, octets);
}

void body_hashes_finish(struct body_hashes *h)
{
	for (size_t i = 0; i < countof(h->forms); i++)
		if (h->forms[i].wanted) body_canon_finish(&h->forms[i].canon);
	for (int i = 0; i < h->count; i++) {
		struct wish *w = &h->wishes[i];

		EVP_DigestFinal_ex(w->context, w->hash.octets, NULL);
		w->hash.canonical_octets = h->forms[w->canon].octets;
	}
	h->finished = true;
}

const struct body_hash *body_hashes_get(const struct body_hashes *h, int place)
{
	assert(h->finished && place >= 0 && place < h->count);
	return &h->wishes[place].hash;
}
