"""The pages for people, a module for each screen. Every view is an address; every table leaves as CSV or JSON."""
