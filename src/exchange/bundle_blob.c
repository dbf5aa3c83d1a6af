/* An attachment of a bundle: taken as PUT takes it. */
#include "base/i18n.h"
#include "bundle_intake_int.h"
#include "journal/blob.h"

/* What is not wanted (any more) is passed over, as PUT answers 404. */
enum rc
intake_blob_begin(struct intake *in, struct err *err)
{
	struct journal *j = in->x->journal;
	const struct digest *d = &in->part.digest;
	bool wanted = false;
	enum rc rc = blob_is_wanted(j, in->remote->desk, d, &wanted, err);

	if (rc != RC_OK || !wanted)
		return rc;
	if (in->x->disk_low)
		return err_set(err, RC_FULL, 0, "%s", rc_sentence(RC_FULL));
	rc = blob_writer_open(j, d, &in->writer, err);
	if (rc == RC_OK)
		rc = blob_writer_set_supplier(in->writer, in->remote->desk,
					      err);
	if (rc == RC_OK)
		in->skip = blob_writer_get_offset(in->writer);
	return rc;
}

enum rc
intake_blob(struct intake *in, const char *data, size_t n_bytes,
	    struct err *err)
{
	size_t n = (int64_t)n_bytes < in->skip ? n_bytes : (size_t)in->skip;

	in->skip -= (int64_t)n;
	return n == n_bytes ? RC_OK
			    : blob_writer_add(in->writer, data + n, n_bytes - n,
					      err);
}

enum rc
intake_blob_end(struct intake *in, struct err *err)
{
	struct blob_writer *w = in->writer;
	struct digest d;
	int64_t size;
	enum rc rc;

	in->writer = NULL;
	rc = blob_writer_commit(w, &d, &size, err);
	/* A link may have fetched the same meanwhile. */
	if (rc != RC_OK && blob_here(in->x->journal, &in->part.digest, NULL))
		return RC_OK;
	in->read.blobs += rc == RC_OK;
	return rc;
}
