"""The frame of every page: templates, components, built styles and scripts."""
