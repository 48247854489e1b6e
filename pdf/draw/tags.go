package draw

import "strconv"

// Mark begins content that belongs to an element of the structure tree: tag is its role on the page ("P", "H1"), id
// the marked-content identifier by which the tree names it (ISO 32000-2, 14.7.5). EndMark ends it.
func (c *Canvas) Mark(tag string, id int) {
	c.raw("/" + tag + " <</MCID " + strconv.Itoa(id) + ">> BDC\n")
}

// MarkArtifact begins content that is no part of what the page says: rules, page numbers. EndMark ends it.
func (c *Canvas) MarkArtifact() { c.raw("/Artifact BMC\n") }

// EndMark ends what Mark or MarkArtifact began.
func (c *Canvas) EndMark() { c.raw("EMC\n") }
