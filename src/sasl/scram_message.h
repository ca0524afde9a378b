/*
 * scram_message.h - the messages of SCRAM, read and written (RFC 5802 7)
 *
 * Readers are strict: the order of attributes is fixed, mandatory extensions
 * ("m=") are refused wherever they stand, optional ones are passed over. What
 * they return points into the message. Writers add to a buf; look at its
 * overflow once at the end.
 */
#pragma once

#include "base/buf.h"
#include "sasl/scram_keys.h"

enum {
	SCRAM_MESSAGE_MAX = 2048, /* octets of a message we read */
	SCRAM_NONCE_MAX = 512,    /* octets of the two nonces together */
};

/* "n,,", "y,a=who," or "p=tls-exporter,,": what the client thinks of channel binding. */
struct scram_gs2 {
	char flag;           /* n: it cannot; y: it could, the server not; p: it does */
	slice binding;       /* the type's name, with p */
	slice authorization; /* as sent; decode with scram_decode_name */
	slice whole;
};

struct scram_client_first {
	struct scram_gs2 gs2;
	slice user; /* as sent; decode with scram_decode_name */
	slice nonce;
	slice bare; /* the message without gs2 */
};

struct scram_server_first {
	slice nonce;
	slice salt; /* base64 */
	uint32_t iterations;
};

struct scram_client_final {
	slice binding; /* base64 */
	slice nonce;
	slice proof; /* base64 */
	slice without_proof;
};

struct scram_server_final {
	slice verifier; /* base64, or */
	slice error;
};

bool scram_take_gs2(slice *in, struct scram_gs2 *ret); /* RFC 5801 4 */
bool scram_read_client_first(slice message, struct scram_client_first *ret);
bool scram_read_server_first(slice message, struct scram_server_first *ret);
bool scram_read_client_final(slice message, struct scram_client_final *ret);
bool scram_read_server_final(slice message, struct scram_server_final *ret);

/* saslname: "," and "=" travel as "=2C" and "=3D". False when raw has another "=". */
bool scram_decode_name(slice raw, struct buf *out);
void scram_write_name(struct buf *out, slice name);

/* flag, binding and authorization (decoded, may be empty) are written. */
void scram_write_gs2(struct buf *out, const struct scram_gs2 *gs2);
void scram_write_client_first_bare(struct buf *out, slice user, slice nonce);
void scram_write_server_first(struct buf *out, slice nonce,
			      const struct scram_salt *salt);
/* cbind_input: the gs2 header and, with p, the channel binding data. */
void scram_write_client_final_bare(struct buf *out, slice cbind_input, slice nonce);
/* name "=" base64(octets): for p= and v=. */
void scram_write_octets(struct buf *out, char name, slice octets);
