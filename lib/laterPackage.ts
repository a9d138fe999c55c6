/**
 * A package that is loaded later. One that is no ES module is told by a bundle only as a whole, as `default`; by node and Next.js
 * name by name.
 */
export const laterPackage = async <Package extends object>(loading: Promise<Package>): Promise<Package> => {
  const loaded: Package & { default?: Package } = await loading;
  return loaded.default ?? loaded;
};
