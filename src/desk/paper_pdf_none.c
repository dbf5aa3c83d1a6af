/* Built without PDF (configure --without-pdf). */
#include "base/i18n.h"
#include "desk/paper.h"

enum rc
paper_pdf(const struct paper *paper, struct buf *out, int *ret_pages,
	  struct err *err)
{
	(void)paper;
	(void)out;
	(void)ret_pages;
	return err_set(err, RC_STATE, 0,
		       _("this deltadesk was built without PDF: print text, "
			 "or install libpango1.0-dev and build again"));
}
